/// What every optimiser and sampler offers.

public import PenumbraTensor

/// Changes parameters in place, from the gradients that backward passes left on them.
///
/// A step of training is `zeroGradients()`, the forward pass, `loss.backward()`, `step()`.
/// An optimiser belongs to one thread at a time.
public protocol Optimizer: AnyObject {
  /// The name that scripts and error messages use, as "Adam".
  static var name: String { get }
  /// This one's name, where objects of one class have several.
  var name: String { get }
  /// The tensors that are trained, in the order given; parameter numbers in states count from 1.
  var parameters: [Tensor] { get }
  /// The step size. A schedule sets it before each step.
  var learningRate: Double { get set }

  /// Changes each parameter that has a gradient once. O(elements).
  ///
  /// - Throws: `TensorError` for a setting that is not finite or is negative and for a gradient that
  ///   does not fit, in which case nothing has been changed.
  func step() throws
  /// Evaluates the loss, which makes the gradients (the closure forgets the old ones, runs the model
  /// and calls `backward()`), and takes a step; what needs the loss several times calls it again.
  ///
  /// - Returns: the loss of the first evaluation.
  @discardableResult
  func step(_ closure: () throws -> Tensor) throws -> Tensor
  /// Forgets all gradients. Call it before the forward pass.
  func zeroGradients()
  /// A copy of everything that the next steps depend on besides the parameters and the constants
  /// given at construction.
  func state() throws -> OptimizerState
  /// How many groups the parameters come in, at least 1.
  var groupCount: Int { get }
  /// The parameters of a group, counted from 0.
  func parameters(inGroup index: Int) -> [Tensor]
  /// The settings that a group has for itself.
  var settingNames: [(name: String, form: SettingForm)] { get }
  /// A group's setting; nil where there is none of that name.
  func values(of name: String, inGroup index: Int) -> [Double]?
  /// Changes a group's setting.
  ///
  /// - Throws: `TensorError` (value) for an unknown name or a value out of range.
  func set(_ name: String, to values: [Double], inGroup index: Int) throws
  /// Adds parameters as a group with these settings, and those that the optimiser was made with
  /// for the rest.
  ///
  /// - Throws: `TensorError` for parameters that cannot be trained, or are trained already, and for
  ///   settings that do not do; nothing has been changed then.
  func addGroup(_ parameters: [Tensor], _ values: [(name: String, values: [Double])]) throws
  /// Continues from a state: the following steps are, bit for bit, those that would have followed it.
  ///
  /// - Throws: `TensorError` when the state is another optimiser's or does not fit the parameters,
  ///   in which case nothing has been changed.
  func load(_ state: OptimizerState) throws
}

extension Optimizer {
  public var name: String { Self.name }

  public func zeroGradients() {
    for parameter in parameters { parameter.gradient = nil }
  }

  @discardableResult
  public func step(_ closure: () throws -> Tensor) throws -> Tensor {
    let loss = try GradientMode.with(true, closure)
    try step()
    return loss
  }

  static var stepName: String { "\(name):step" }
}

/// One group with a learning rate, for optimisers whose parameters all have the same settings.
extension Optimizer {
  public var groupCount: Int { 1 }

  public func parameters(inGroup index: Int) -> [Tensor] { parameters }

  public var settingNames: [(name: String, form: SettingForm)] { [("lr", .number)] }

  public func values(of name: String, inGroup index: Int) -> [Double]? {
    name == "lr" ? [learningRate] : nil
  }

  public func set(_ name: String, to values: [Double], inGroup index: Int) throws {
    guard name == "lr", let value = values.first else {
      throw TensorError(
        .value, self.name, argument: name, expected: "lr", got: "an unknown setting")
    }
    try TensorError.check(value, "lr", self.name)
    learningRate = value
  }

  public func addGroup(_ parameters: [Tensor], _ values: [(name: String, values: [Double])]) throws
  {
    throw TensorError(.value, "\(name):add_group", "all parameters are in one group")
  }
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
