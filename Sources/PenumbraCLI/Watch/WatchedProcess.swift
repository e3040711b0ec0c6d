// The process of a script that is watched.

internal import Glibc

/// One run of the script, in a process group of its own: the terminal's Ctrl-C comes to us alone.
final class WatchedProcess {
  let process: pid_t
  /// Where the paths of its modules come from; at its end when the process has ended.
  let modules: Int32
  let started = WatchedProcess.seconds
  private var rest: [UInt8] = []

  /// Seconds that it has for ending when it is interrupted.
  private static let grace = 2.0
  /// Where the child finds the pipe.
  private static let place: Int32 = 3

  /// - Parameter words: the command, its own name first.
  /// - Throws: `FileError` when the system gives no process.
  init(_ words: [Word]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw FileError(path: "pipe", code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    defer { close(ends[1]) }
    modules = ends[0]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], WatchedProcess.place)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    let pointers: [UnsafeMutablePointer<CChar>?] =
      words.map { word in
        (word.bytes + [0]).withUnsafeBytes { bytes in
          bytes.bindMemory(to: CChar.self).baseAddress.flatMap { strdup($0) }
        }
      } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    setenv(ModuleReport.variable, "\(WatchedProcess.place)", 1)
    defer { unsetenv(ModuleReport.variable) }
    var process = pid_t()
    let code = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, pointers, environ)
    guard code == 0 else {
      close(ends[0])
      throw FileError(path: "penumbra", code: code)
    }
    self.process = process
  }

  deinit { close(modules) }

  /// The paths that came; nil when the process has ended and all were read.
  func newModules() -> [String]? {
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    var isOver = false
    while true {
      let count = read(modules, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      isOver = count == 0
      guard count > 0 else { break }
      rest += buffer[..<count]
    }
    var paths: [String] = []
    while let end = rest.firstIndex(of: 0x0A) {
      paths.append(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeSubrange(...end)
    }
    return isOver && paths.isEmpty ? nil : paths
  }

  /// Waits for the end, which is near, and says how it was: an exit code, or 128 and the signal.
  func ended() -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return 0 }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
  }

  /// Interrupts the process with all that it started, and kills what does not end in time, or as soon as
  /// `isUrgent` says so.
  func stop(isUrgent: () -> Bool = { false }) {
    kill(-process, SIGINT)
    let start = WatchedProcess.seconds
    var status: Int32 = 0
    while true {
      let found = waitpid(process, &status, WNOHANG)
      if found == process || (found < 0 && errno != EINTR) { break }
      if isUrgent() || WatchedProcess.seconds - start > WatchedProcess.grace {
        kill(-process, SIGKILL)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return
      }
      usleep(5_000)
    }
    // What it left behind must not meet its successor.
    kill(-process, SIGKILL)
  }

  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
