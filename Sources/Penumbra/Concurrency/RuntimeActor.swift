/// A runtime for asynchronous hosts: on a thread of its own, cancelled with the task.

internal import LuaEmbedding

/// Owns a runtime and runs everything that concerns it on one thread, which nothing else waits for.
///
/// ```swift
/// let actor = try RuntimeActor(Runtime.Options(profile: .pure))
/// let sum = try await actor.run { runtime in
///   try runtime.run(script)
///   return try runtime.call("train", 1000) as Double
/// }
/// ```
public actor RuntimeActor {
  private let executor: ThreadExecutor
  private let runtime: Runtime

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// - Throws: what `Runtime.init` throws; `LuaError` when the system has no thread left.
  public init(_ options: Runtime.Options = Runtime.Options()) throws {
    runtime = try Runtime(options)
    executor = try ThreadExecutor()
  }

  deinit { executor.stop() }

  /// Runs a body with the runtime, on its thread. Bodies run one after the other.
  ///
  /// Cancelling the task interrupts the script, wherever it is; the runtime can be used afterwards.
  ///
  /// - Throws: `CancellationError` when the task was cancelled; what the body throws.
  public func run<Result: Sendable>(
    _ body: @Sendable (Runtime) throws -> Result
  ) async throws -> Result {
    try Task.checkCancellation()
    let handle = runtime.interruptHandle
    defer { runtime.state.clearInterrupt() }
    do {
      return try await withTaskCancellationHandler {
        try body(runtime)
      } onCancel: {
        handle.interrupt()
      }
    } catch let error as LuaError where error.interruption == .cancelled && Task.isCancelled {
      throw CancellationError()
    }
  }
}
