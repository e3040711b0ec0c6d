/// What one Lua state of ours shares: its random numbers and its coroutines' gradient modes.

internal import LuaEmbedding
internal import PenumbraTensor

/// The state behind `pn` in one Lua state.
final class Context {
  /// The generator that `pn.seed` sets and everything random uses unless told otherwise.
  let generator = Generator(seed: 0)
  /// Coroutines in which recording is switched off now; by `LuaCoroutine.id`.
  var withoutGradient: Set<UInt64> = []

  /// The open memory scopes of each coroutine, the innermost last; by `LuaCoroutine.id`.
  var scopes: [UInt64: [WeakScope]] = [:]
  /// Makes tables with weak keys.
  var weakTables: LuaReference?

  /// From each function of `pn` to its path.
  var paths: LuaReference?

  /// The run that the script belongs to.
  let run: ScriptRun
  /// The loops that report progress, the innermost last.
  private var loops: [WeakProgress] = []

  /// The innermost loop that reports progress and has not ended.
  var progress: Progress? {
    get { loops.last { $0.progress.map { !$0.isFinished } ?? false }?.progress }
    set {
      loops.removeAll { $0.progress?.isFinished ?? true }
      loops.append(WeakProgress(progress: newValue))
    }
  }

  init(run: ScriptRun = ScriptRun()) {
    self.run = run
    if let seed = run.seed { generator.reseed(UInt64(bitPattern: Int64(seed))) }
  }

  /// The context of the state that a call came from.
  @inline(__always)
  static func of(_ frame: LuaFrame) -> Context {
    guard let context = frame.state.host as? Context else {
      preconditionFailure("a binding was called in a state without a context")
    }
    return context
  }
}
