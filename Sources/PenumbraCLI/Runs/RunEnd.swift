// How a run ends: exit code, state, message.

internal import Glibc
internal import LuaEmbedding
internal import PenumbraRuns
internal import PenumbraTensor
internal import Synchronization

struct RunEnd {
  let code: Int32
  let state: RunRecord.State
  var message: String?
  /// Whether the script was asked to stop.
  var isStop = false

  static let success = RunEnd(code: ExitCode.success, state: .finished)

  private init(code: Int32, state: RunRecord.State) { (self.code, self.state) = (code, state) }

  /// - Parameter cause: why the script was asked to stop, if it was.
  init(of error: any Error, cause: Supervisor.Cause?) {
    let lua = error as? LuaError
    message = lua?.message ?? "\(error)"
    let inner = lua?.underlying ?? error
    if let cause, lua?.isInterrupt ?? false {
      code = cause.exitCode
      state = cause == .timeout ? .timedOut : .interrupted
      isStop = true
    } else if lua?.isMemory ?? false || (inner as? TensorError)?.kind == .memory {
      code = ExitCode.memory
      state = .outOfMemory
    } else {
      code = ExitCode.scriptError
      state = .failed
    }
  }
}

/// Records the end of a run whose script calls `os.exit`.
enum RunExit {
  private static let writer = Mutex<Box?>(nil)

  private struct Box: @unchecked Sendable { let writer: RunWriter }

  static func watch(_ writer: RunWriter?) {
    guard let writer else { return }
    let box = Box(writer: writer)
    RunExit.writer.withLock { $0 = box }
    on_exit({ code, _ in RunExit.ended(code) }, nil)
  }

  private static func ended(_ code: Int32) {
    let box = RunExit.writer.withLock { $0 }
    try? box?.writer.finish(code == 0 ? .finished : .failed, exitCode: Int(code & 0xFF))
  }
}
