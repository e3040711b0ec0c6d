// Ctrl-C in the interactive mode.

internal import Glibc
internal import Synchronization

/// At the prompt Ctrl-C is a key of the line editor. While a chunk runs, the first one is the interpreter's
/// (`Interpreter.interruptible`); a second one, before the first was noticed, arrives here and
/// says what a third one does: it ends the process.
enum SessionSignal {
  private static let isEvaluating = Atomic<Bool>(false)

  /// Runs a body with this handler in force.
  static func handled<Result>(_ body: () throws -> Result) rethrows -> Result {
    isEvaluating.store(false, ordering: .sequentiallyConsistent)
    var action = sigaction()
    var previous = sigaction()
    action.__sigaction_handler.sa_handler = { _ in SessionSignal.arrived() }
    // No SA_RESTART: the line editor's read must return.
    sigaction(SIGINT, &action, &previous)
    defer { sigaction(SIGINT, &previous, nil) }
    return try body()
  }

  static func evaluating<Result>(_ body: () throws -> Result) rethrows -> Result {
    isEvaluating.store(true, ordering: .sequentiallyConsistent)
    defer { isEvaluating.store(false, ordering: .sequentiallyConsistent) }
    return try body()
  }

  /// Async-signal-safe: a load, a write, a signal call.
  private static func arrived() {
    guard isEvaluating.load(ordering: .sequentiallyConsistent) else { return }
    let saved = errno
    let hint: StaticString = "\nstill stopping; Ctrl-C once more ends penumbra\n"
    // Before the hint: who reads it may be quick, and another thread may take the signal.
    signal(SIGINT, SIG_DFL)
    _ = write(2, hint.utf8Start, hint.utf8CodeUnitCount)
    errno = saved
  }
}
