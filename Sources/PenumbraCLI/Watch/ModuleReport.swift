// How a watched script tells which modules it looks for.

internal import Glibc
internal import LuaEmbedding

/// A pipe, inherited from `penumbra watch`, into which a script's process writes paths, each with a line
/// break. That it closes tells the other side that the process has ended.
struct ModuleReport {
  /// Names the descriptor.
  static let variable = "PENUMBRA_MODULES_TO"

  private let descriptor: Int32

  /// nil in a process that nobody watches. The script's own children inherit nothing of it.
  static var inherited: ModuleReport? {
    guard let text = Console.environment(variable), let descriptor = Int32(text), descriptor > 2,
      fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
    else { return nil }
    unsetenv(variable)
    return ModuleReport(descriptor: descriptor)
  }

  /// Reports each module that the script asks for: the file that it comes from, or where it was sought.
  func install(in state: LuaState) throws {
    try ModuleRecorder.install(in: state) { _, found, tried in
      for path in found.map({ [$0] }) ?? tried { write(Machine.lexical(path)) }
    }
  }

  private func write(_ path: String) {
    guard !path.contains("\n") else { return }
    let line = Array((path + "\n").utf8)
    var done = 0
    while done < line.count {
      let count = line[done...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      done += count
    }
  }
}
