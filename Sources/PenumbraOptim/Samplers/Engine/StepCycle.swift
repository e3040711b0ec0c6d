/// Step sizes that go in cycles, each from exploration to sampling.

internal import Glibc
internal import PenumbraTensor

/// Cycles of length m = ⌈steps/count⌉, in which the k-th step's learning rate is
/// (lr/2)(1 + cos(π mod(k − 1, m)/m)); the first `exploration` of a cycle is without noise.
///
/// Source: Zhang, Li, Zhang, Chen & Wilson 2020.
public struct StepCycle: Sendable, Equatable {
  /// K, how many steps all cycles take.
  public let steps: Int
  /// M
  public let count: Int
  /// The part of a cycle without noise, in [0, 1].
  public let exploration: Double

  /// - Throws: `TensorError` (value) unless 1 ≤ count ≤ steps and 0 ≤ exploration ≤ 1.
  public init(
    steps: Int, count: Int = 1, exploration: Double = 0.8, _ operation: String = "cycle"
  ) throws {
    guard steps >= 1 else {
      throw TensorError(
        .value, operation, argument: "cycle_steps", expected: "at least 1", got: "\(steps)")
    }
    guard count >= 1, count <= steps else {
      throw TensorError(
        .value, operation, argument: "cycles", expected: "1 to \(steps)", got: "\(count)")
    }
    guard exploration >= 0, exploration <= 1 else {
      throw TensorError(
        .value, operation, argument: "exploration", expected: "a number in [0, 1]",
        got: "\(exploration)")
    }
    (self.steps, self.count, self.exploration) = (steps, count, exploration)
  }

  /// ⌈K/M⌉
  public var length: Int { (steps - 1) / count + 1 }

  /// The place in its cycle, in [0, 1), of step k = 1, 2, ...
  func phase(at step: Int) -> Double { Double((max(step, 1) - 1) % length) / Double(length) }

  /// The k-th step's part of the learning rate.
  public func factor(at step: Int) -> Double { (1 + cos(.pi * phase(at: step))) / 2 }

  /// Whether the k-th step is one with noise.
  public func isSampling(at step: Int) -> Bool { phase(at: step) >= exploration }
}
