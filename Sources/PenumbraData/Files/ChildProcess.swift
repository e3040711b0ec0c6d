/// Programs run as child processes: no shell, within bounded time, stopped when the caller is.

internal import Glibc
internal import PenumbraTensor

/// Runs a program whose output nobody reads but for what it complains of.
struct ChildProcess {
  /// What it is started for: the running script must be allowed that.
  let purpose: Permissions.Programs
  /// A name that is looked for along PATH, or a path.
  let program: String
  let arguments: [String]
  /// Seconds after which the process is killed.
  let timeout: Double

  /// How a process ended.
  enum Ending: Equatable {
    case exited(Int32)
    case killed(Int32)
    /// The program does not exist.
    case missing
    case tooSlow
  }

  /// Runs the program to its end, with its standard error written to a file.
  ///
  /// - Throws: `TensorError` (interrupted) when `Interruption` asks for it, the process having ended;
  ///   (file) when no process can be started.
  func run(errors: String, operation: String) throws -> Ending {
    try Permissions.check(program: purpose, operation)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let words = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    var process = pid_t()
    let code = posix_spawnp(&process, program, &actions, nil, words + [nil], environ)
    if code == ENOENT { return .missing }
    guard code == 0 else { throw FileError.system(operation, program, code) }
    return try wait(for: process, operation)
  }

  private func wait(for process: pid_t, _ operation: String) throws -> Ending {
    let start = ChildProcess.seconds()
    var pause = timespec(tv_sec: 0, tv_nsec: 500_000)
    do {
      while true {
        var status: Int32 = 0
        let ended = waitpid(process, &status, WNOHANG)
        if ended == process {
          let signal = status & 0x7f
          return signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal)
        }
        // A host that ignores SIGCHLD reaps the process itself; then the files have to speak.
        if ended < 0, errno != EINTR { return .exited(0) }
        try Interruption.check(operation)
        guard ChildProcess.seconds() - start < timeout else {
          stop(process)
          return .tooSlow
        }
        nanosleep(&pause, nil)
        pause.tv_nsec = min(pause.tv_nsec * 2, 20_000_000)
      }
    } catch {
      stop(process)
      throw error
    }
  }

  private func stop(_ process: pid_t) {
    kill(process, SIGKILL)
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
  }

  private static func seconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }
}
