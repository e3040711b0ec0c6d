/// What every optimiser and sampler offers.

public import PenumbraTensor

/// Changes parameters in place, from the gradients that backward passes left on them.
///
/// A step of training is `zeroGradients()`, the forward pass, `loss.backward()`, `step()`.
/// An optimiser belongs to one thread at a time.
public protocol Optimizer: AnyObject {
  /// The name that scripts and error messages use, as "Adam".
  static var name: String { get }
  /// The tensors that are trained, in the order given; parameter numbers in states count from 1.
  var parameters: [Tensor] { get }
  /// The step size. A schedule sets it before each step.
  var learningRate: Double { get set }

  /// Changes each parameter that has a gradient once. O(elements).
  ///
  /// - Throws: `TensorError` for a setting that is not finite or is negative and for a gradient that
  ///   does not fit, in which case nothing has been changed.
  func step() throws
  /// Forgets all gradients. Call it before the forward pass.
  func zeroGradients()
  /// A copy of everything that the next steps depend on besides the parameters and the constants
  /// given at construction.
  func state() throws -> OptimizerState
  /// Continues from a state: the following steps are, bit for bit, those that would have followed it.
  ///
  /// - Throws: `TensorError` when the state is another optimiser's or does not fit the parameters,
  ///   in which case nothing has been changed.
  func load(_ state: OptimizerState) throws
}

extension Optimizer {
  public func zeroGradients() {
    for parameter in parameters { parameter.gradient = nil }
  }

  static var stepName: String { "\(name):step" }
}

extension TensorError {
  /// - Throws: `TensorError` (value) when `number` is not finite or is below `minimum`.
  static func check(
    _ number: Double, _ argument: String, atLeast minimum: Double = 0, _ operation: String
  ) throws {
    guard number.isFinite, number >= minimum else {
      throw TensorError(
        .value, operation, argument: argument, expected: "a finite number of at least \(minimum)",
        got: "\(number)")
    }
  }

  /// - Throws: `TensorError` (value) when `number` is not in [0, 1).
  static func check(fraction number: Double, _ argument: String, _ operation: String) throws {
    guard number >= 0, number < 1 else {
      throw TensorError(
        .value, operation, argument: argument, expected: "a number in [0, 1)", got: "\(number)")
    }
  }
}
