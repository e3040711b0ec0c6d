// `penumbra run --isolate`: the same command in a process of its own, watched from this one.

internal import Glibc
internal import Synchronization

struct IsolatedRun {
  private let words: [Word]
  private let invocation: RunInvocation

  init(_ words: [Word], _ invocation: RunInvocation) {
    (self.words, self.invocation) = (words, invocation)
  }

  /// The process that signals are passed on to.
  private static let child = Atomic<Int32>(0)

  /// Returns the exit code: that of the process, and for one that a signal ended what a shell would say.
  func run() -> Int32 {
    guard let child = start() else {
      Console.writeError("penumbra: run: --isolate: no process could be started\n")
      return ExitCode.scriptError
    }
    IsolatedRun.child.store(child, ordering: .sequentiallyConsistent)
    for number in [SIGINT, SIGTERM] { signal(number, IsolatedRun.passOn) }
    signal(SIGCHLD, SIG_DFL)
    return wait(for: child)
  }

  private static let passOn: @convention(c) (Int32) -> Void = { number in
    let code = errno
    kill(IsolatedRun.child.load(ordering: .relaxed), number)
    errno = code
  }

  /// The process, in a group of its own: of the terminal's Ctrl-C it hears from this one only.
  private func start() -> pid_t? {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var isOption = true
    let arguments = words.map { word in
      if word.text == "--" { isOption = false }
      let isFlag = isOption && word.text == "--isolate"
      return isFlag ? Word(RunInvocation.childOption) : word
    }
    var pointers = arguments.map { word -> UnsafeMutablePointer<CChar>? in
      var bytes = word.bytes.map { CChar(bitPattern: $0) }
      bytes.append(0)
      return strdup(bytes)
    }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    // A crash is told in one line, by this process; Swift's own reporter would start a program.
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    var process = pid_t()
    let code = posix_spawn(&process, "/proc/self/exe", nil, &attributes, pointers, environ)
    return code == 0 ? process : nil
  }

  private func wait(for child: pid_t) -> Int32 {
    // The process ends its own script in time; this is for one that cannot.
    let end = invocation.timeout.map { IsolatedRun.seconds + $0 + 2 * Supervisor.grace + 5 }
    var isTooLate = false
    var pause = timespec(tv_sec: 0, tv_nsec: 500_000)
    while true {
      var status: Int32 = 0
      let ended = waitpid(child, &status, WNOHANG)
      if ended == child { return code(of: status, isTooLate) }
      if ended < 0, errno != EINTR { return ExitCode.scriptError }
      if let end, !isTooLate, IsolatedRun.seconds > end {
        isTooLate = true
        kill(child, SIGKILL)
      }
      nanosleep(&pause, nil)
      pause.tv_nsec = min(pause.tv_nsec * 2, 20_000_000)
    }
  }

  private func code(of status: Int32, _ isTooLate: Bool) -> Int32 {
    let signal = status & 0x7F
    if signal == 0 { return (status >> 8) & 0xFF }
    if isTooLate || signal == SIGXCPU {
      report("its time was up")
      return ExitCode.timeout
    }
    let name = strsignal(signal).map { String(cString: $0) } ?? "unknown"
    report("signal \(signal), \(name)")
    return 128 + signal
  }

  private func report(_ reason: String) {
    Console.writeError("penumbra: the script's process was ended: \(reason)\n")
  }

  private static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
