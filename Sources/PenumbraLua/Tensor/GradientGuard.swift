/// `local _ <close> = pn.no_grad()`: gradient mode by scope, for one coroutine.

internal import LuaEmbedding
internal import PenumbraTensor

/// Restores the mode when it is closed or collected. It speaks of the coroutine that made it, whoever
/// closes it, so a coroutine that is abandoned inside no_grad() leaves nothing behind.
final class GradientGuard {
  private let context: Context
  private let coroutine: UInt64
  /// The mode to go back to: that of the moment, which a backward pass around may have set, and the one
  /// that the script set for this coroutine.
  private let before: (now: Bool, script: Bool)
  /// Whether the mode stays when nobody keeps this object.
  private let outlivesCollection: Bool
  private var isOpen = true

  init(_ call: Call, _ enabled: Bool, outlivesCollection: Bool = false) {
    self.outlivesCollection = outlivesCollection
    context = call.context
    coroutine = call.frame.state.coroutine.id
    before = (GradientMode.isEnabled, !context.withoutGradient.contains(coroutine))
    context.setGradient(enabled, of: coroutine)
    GradientMode.isEnabled = enabled
  }

  /// Restores the mode; a second call does nothing.
  func close(in current: UInt64) {
    guard isOpen else { return }
    isOpen = false
    context.setGradient(before.script, of: coroutine)
    if current == coroutine { GradientMode.isEnabled = before.now }
  }

  deinit {
    if isOpen, !outlivesCollection { context.setGradient(before.script, of: coroutine) }
  }
}

enum GradientGuardClass {
  static let definition: LuaClass<GradientGuard> = LuaClass<GradientGuard>(
    "GradientGuard",
    metamethods: [
      (
        "__close",
        { frame in
          guard let guarded = frame.object(at: 1, of: definition) else { return }
          guarded.close(in: frame.state.coroutine.id)
        }
      )
    ])
}

extension Context {
  func setGradient(_ enabled: Bool, of coroutine: UInt64) {
    if enabled {
      withoutGradient.remove(coroutine)
    } else {
      withoutGradient.insert(coroutine)
    }
  }

  /// Called when a binding runs in another coroutine than the last one.
  func enter(_ coroutine: UInt64) {
    GradientMode.isEnabled = !withoutGradient.contains(coroutine)
  }
}
