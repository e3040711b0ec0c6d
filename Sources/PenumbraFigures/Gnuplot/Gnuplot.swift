/// gnuplot as a child process.

internal import CLinux
internal import Glibc
internal import PenumbraData
internal import PenumbraTensor

/// Runs scripts with gnuplot: no shell, no start-up files, within bounded time.
///
/// The script goes in and the picture comes out through files in memory, so that neither side can
/// block the other or be killed by a closed pipe.
public struct Gnuplot: Sendable {
  /// A name that is looked for along PATH, or a path.
  public var executable: String
  /// Seconds after which the process is killed.
  public var timeout: Double

  public init(executable: String = "gnuplot", timeout: Double = 60) {
    self.executable = executable
    self.timeout = timeout
  }

  /// What the script writes to gnuplot's standard output.
  ///
  /// - Throws: `TensorError` (file) when gnuplot is missing, reports an error or takes too long,
  ///   (interrupted) when `Interruption` asks for it; the process has then ended.
  public func run(_ script: String) throws -> [UInt8] {
    try Permissions.check(program: .drawing, "figure")
    let input = try MemoryFile("gnuplot-script")
    let output = try MemoryFile("gnuplot-picture")
    let errors = try MemoryFile("gnuplot-errors")
    try input.append(Array(script.utf8))
    input.rewind()
    let process = try spawn(input, output, errors)
    let status = try wait(for: process)
    guard status == 0 else {
      let text = String(decoding: try errors.contents(limit: 1 << 16), as: UTF8.self)
      throw failure("failed: " + Gnuplot.complaint(text))
    }
    return try output.contents(limit: 1 << 31)
  }

  private func failure(_ reason: String) -> TensorError {
    TensorError(.file, "figure", argument: executable, reason)
  }

  /// Starts the process with its three standard files.
  private func spawn(
    _ input: borrowing MemoryFile, _ output: borrowing MemoryFile, _ errors: borrowing MemoryFile
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.descriptor, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output.descriptor, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors.descriptor, STDERR_FILENO)
    // --default-settings: neither the system's nor the user's start-up file.
    let words: [UnsafeMutablePointer<CChar>?] = [strdup(executable), strdup("--default-settings")]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let code = posix_spawnp(&process, executable, &actions, nil, words + [nil], environ)
    guard code != ENOENT else {
      throw failure("was not found; install gnuplot (Debian: apt install gnuplot-nox)")
    }
    guard code == 0 else { throw FileError.system("figure", executable, code) }
    return process
  }

  /// The exit status; a process that takes too long, or is not wanted any more, is killed.
  private func wait(for process: pid_t) throws -> Int32 {
    let start = Gnuplot.seconds()
    var pause = timespec(tv_sec: 0, tv_nsec: 200_000)
    do {
      while true {
        var status: Int32 = 0
        let ended = waitpid(process, &status, WNOHANG)
        if ended == process { return status }
        // A host that ignores SIGCHLD reaps the process itself; then the output has to speak.
        if ended < 0, errno != EINTR { return 0 }
        try Interruption.check("figure")
        guard Gnuplot.seconds() - start < timeout else {
          throw failure("took longer than \(timeout) seconds")
        }
        nanosleep(&pause, nil)
        pause.tv_nsec = min(pause.tv_nsec * 2, 5_000_000)
      }
    } catch {
      kill(process, SIGKILL)
      while waitpid(process, nil, 0) < 0, errno == EINTR {}
      throw error
    }
  }

  private static func seconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }

  /// The lines of gnuplot's messages that say something, as one line.
  static func complaint(_ messages: String) -> String {
    let lines = messages.split(whereSeparator: \.isNewline)
      .map { line in line.drop { $0 == " " || $0 == "\t" } }
      .filter { !$0.isEmpty && !$0.hasPrefix("^") && !$0.contains("warning:") }
    return lines.isEmpty ? "it gave no reason" : lines.suffix(3).joined(separator: "; ")
  }
}

/// An anonymous file that lives in memory.
private struct MemoryFile: ~Copyable {
  let descriptor: Int32

  init(_ name: String) throws {
    // 1: closed in the child but for its copies.
    descriptor = memfd_create(name, 1)
    guard descriptor >= 0 else { throw FileError.system("figure", name, errno) }
  }

  deinit { close(descriptor) }

  func append(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError.system("figure", "gnuplot", errno) }
      done += count
    }
  }

  func rewind() { lseek(descriptor, 0, SEEK_SET) }

  /// At most `limit` bytes from the start.
  func contents(limit: Int) throws -> [UInt8] {
    let size = min(max(Int(lseek(descriptor, 0, SEEK_END)), 0), limit)
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let count = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, size - filled, filled)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw FileError.system("figure", "gnuplot", errno) }
        filled += count
      }
    }
  }
}
