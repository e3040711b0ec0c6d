/// How much memory this process may use: the machine's, or its control group's.

internal import Glibc

enum SystemMemory {
  /// Bytes of physical memory, or the lowest bound of a control group that this process is in.
  static let available: Int = {
    let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return groupLimits.reduce(physical, min)
  }()

  /// The bounds of the process's control groups: version 2's at every level, and version 1's.
  private static var groupLimits: [Int] {
    var files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    for line in text(of: "/proc/self/cgroup").split(separator: "\n") {
      // hierarchy:controllers:path
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isUnified = fields[0] == "0"
      guard isUnified || fields[1].split(separator: ",").contains("memory") else { continue }
      let (root, name) =
        isUnified
        ? ("/sys/fs/cgroup", "memory.max") : ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
      var folder = ""
      for part in fields[2].split(separator: "/") {
        folder += "/" + part
        files.append("\(root)\(folder)/\(name)")
      }
    }
    // "max" stands for no bound.
    return files.compactMap { Int(text(of: $0).prefix { $0 != "\n" }) }.filter { $0 > 0 }
  }

  /// The first kilobytes of a file of the system; empty when there is none.
  private static func text(of path: String) -> String {
    guard let file = fopen(path, "re") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
