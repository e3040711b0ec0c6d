/// Rprop: steps that follow the gradient's sign alone.

public import PenumbraTensor

/// Resilient backpropagation, in PyTorch's form (Rprop⁻ that forgets the gradient after a turn).
///
///     s ← s η⁺ where ∇ has the sign that it had, s η⁻ where it has turned; held within the bounds
///     ∇ ← 0 where it has turned
///     θ ← θ − s sign(∇)                   (s starts at lr)
///
/// For full batches. Source: Riedmiller & Braun 1993.
public typealias Rprop = PlainOptimizer<RpropRule>

/// The settings and the rule of `Rprop`.
public struct RpropRule: UpdateRule {
  public static let name = "Rprop"
  public static let standard = RpropRule()
  public static let tensorNames = ["step_size", "previous"]
  public static let settings: [Setting<RpropRule>] = [
    Setting("lr", \.learningRate, "the first step size"),
    Setting("etas", \.shrinkage, \.growth, .positive, "the factors after a turn, and after none"),
    Setting("step_sizes", \.least, \.greatest, .nonNegative, "the bounds of the step sizes"),
    Setting("maximize", \.isMaximizing, "climb in place of descending"),
  ]

  public var learningRate = 1e-2
  public var shrinkage = 0.5
  public var growth = 1.2
  public var least = 1e-6
  public var greatest = 50.0
  public var isMaximizing = false

  public func checkTogether(_ operation: String) throws {
    guard shrinkage < 1, growth > 1 else {
      throw TensorError(
        .value, operation, argument: "etas", expected: "0 < etas[1] < 1 < etas[2]",
        got: "\(shrinkage) and \(growth)")
    }
    guard least <= greatest else {
      throw TensorError(
        .value, operation, argument: "step_sizes", expected: "step_sizes[1] ≤ step_sizes[2]",
        got: "\(least) and \(greatest)")
    }
  }

  public func apply(_ update: inout ParameterUpdate) throws {
    try update.each(Element(rule: self), 0, 1, start: learningRate)
  }

  private struct Element: ElementRule {
    let rule: RpropRule

    func apply<Real: BinaryFloatingPoint>(_ e: inout ElementUpdate<Real>) {
      let turn = e.gradient * e.second
      let factor = turn > 0 ? Real(rule.growth) : turn < 0 ? Real(rule.shrinkage) : 1
      let size = e.first * factor
      let held = size < Real(rule.least) ? Real(rule.least) : size
      e.first = held > Real(rule.greatest) ? Real(rule.greatest) : held
      let slope = turn < 0 ? 0 : e.gradient
      // The product with an undefined slope is undefined; else it is 0 here.
      e.parameter -= slope > 0 ? e.first : slope < 0 ? -e.first : slope * e.first
      e.second = slope
    }
  }
}

extension Rprop {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double = 1e-2, etas: (Double, Double) = (0.5, 1.2),
    stepSizes: (Double, Double) = (1e-6, 50), maximize: Bool = false
  ) throws {
    try self.init(
      parameters,
      RpropRule(
        learningRate: learningRate, shrinkage: etas.0, growth: etas.1, least: stepSizes.0,
        greatest: stepSizes.1, isMaximizing: maximize))
  }
}
