/// How much the newest estimate counts in a running mean.

internal import Glibc
internal import PenumbraTensor

/// The weight κ_t of the t-th estimate in I_t = (1 − κ_t) I_{t−1} + κ_t V_t; κ_1 = 1 always.
public enum AveragingWeight: Sendable, Equatable {
  /// κ_t = 1/t, the plain mean of all estimates; the founding paper's.
  case inverseTime
  /// κ_t = t^−α. α in (½, 1] converges; 0 is the newest estimate, more than 1 freezes early.
  case power(Double)
  /// κ_t = 1 − β: an exponential mean with a memory of 1/(1 − β) estimates.
  case exponential(Double)
  /// κ_t = 1: the newest estimate alone.
  case instantaneous

  /// κ_t for t = 1, 2, ...
  public func weight(at t: Int) -> Double {
    guard t > 1 else { return 1 }
    return switch self {
    case .inverseTime: 1 / Double(t)
    case .power(let alpha): pow(Double(t), -alpha)
    case .exponential(let beta): 1 - beta
    case .instantaneous: 1
    }
  }

  func check(_ operation: String) throws {
    switch self {
    case .power(let alpha): try TensorError.check(alpha, "averaging power", operation)
    case .exponential(let beta): try TensorError.check(fraction: beta, "averaging decay", operation)
    case .inverseTime, .instantaneous: break
    }
  }
}
