// The lines typed in earlier sessions.

internal import Glibc

/// A text file with a line an entry. Each entry is appended as it is typed: a killed session loses
/// nothing, and sessions that run side by side do not overwrite each other.
struct HistoryFile {
  static let capacity = 2000

  let path: String

  /// `$XDG_STATE_HOME/penumbra/history`, by default in `~/.local/state`; nil without a home.
  static func standard() -> HistoryFile? {
    let base: String
    if let state = Console.environment("XDG_STATE_HOME"), state.hasPrefix("/") {
      base = state
    } else if let home = Console.environment("HOME"), !home.isEmpty {
      base = home + "/.local/state"
    } else {
      return nil
    }
    let folder = base + "/penumbra"
    return makeFolders(folder) ? HistoryFile(path: folder + "/history") : nil
  }

  private static func makeFolders(_ path: String) -> Bool {
    var partial = ""
    for part in path.split(separator: "/") {
      partial += "/" + part
      if mkdir(partial, 0o700) != 0, errno != EEXIST { return false }
    }
    return true
  }

  /// The newest entries, oldest first. A file that has grown to twice the capacity is cut.
  func load() -> [String] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var lines: [String] = []
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) > 0, let line {
      lines.append(String(String(cString: line).prefix { $0 != "\n" }))
    }
    let newest = Array(lines.suffix(Self.capacity))
    if lines.count > 2 * Self.capacity {
      try? FileWriter.write(newest.joined(separator: "\n") + "\n", to: path)
    }
    return newest
  }

  func append(_ line: String) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    var entry = line + "\n"
    entry.withUTF8 { _ = write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }
}
