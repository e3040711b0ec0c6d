/// What makes one plain optimiser differ from the others: its settings and its rule.

public import PenumbraTensor

/// A plain optimiser's settings, and what its step does with one parameter.
///
/// Groups, states, checks and names are the same for all rules; see `PlainOptimizer`.
public protocol UpdateRule: GroupSettings, Sendable {
  /// The optimiser's name, as "Adam".
  static var name: String { get }
  /// PyTorch's defaults.
  static var standard: Self { get }
  /// Whether the loss is to grow: the gradient's sign is turned before anything else.
  var isMaximizing: Bool { get }
  /// The names in states of the tensors kept for each parameter; `ParameterUpdate.tensor` makes them.
  static var tensorNames: [String] { get }
  /// The names in states of the numbers kept for each parameter, and what they start from.
  static var numberNames: [(name: String, start: Double)] { get }
  /// Changes one parameter and what is kept for it. O(elements).
  func apply(_ update: inout ParameterUpdate) throws
}

extension UpdateRule {
  public static var numberNames: [(name: String, start: Double)] { [] }
}

/// What an optimiser keeps for one parameter.
struct ParameterMemory {
  /// Steps in which the parameter had a gradient.
  var steps = 0
  /// nil until the rule asks for it.
  var tensors: [Tensor?]
  var numbers: [Double]

  init<Rule: UpdateRule>(for rule: Rule.Type) {
    tensors = Array(repeating: nil, count: rule.tensorNames.count)
    numbers = rule.numberNames.map(\.start)
  }
}

/// One parameter in one step.
public struct ParameterUpdate {
  public let parameter: Tensor
  /// Contiguous, of the parameter's shape and dtype, outside the graph.
  public let gradient: Tensor
  var memory: ParameterMemory

  /// t, the number of this step of the parameter, from 1.
  public var step: Int { memory.steps }

  /// The kept tensor at a place in `tensorNames`, made where it is not there yet.
  ///
  /// - Returns: the tensor, and whether it was made just now.
  public mutating func tensor(_ place: Int, startingFrom value: Double = 0) throws
    -> (tensor: Tensor, isNew: Bool)
  {
    if let tensor = memory.tensors[place] { return (tensor, false) }
    let tensor = try Tensor.full(parameter.shape, value, dtype: parameter.dtype)
    memory.tensors[place] = tensor
    return (tensor, true)
  }

  /// The kept number at a place in `numberNames`.
  public subscript(number place: Int) -> Double {
    get { memory.numbers[place] }
    set { memory.numbers[place] = newValue }
  }

  /// Changes every element of the parameter and of the tensors kept at `places`, in one pass.
  mutating func each<Rule: ElementRule>(_ rule: Rule, _ places: Int..., start: Double = 0) throws {
    let tensors = try places.map { try tensor($0, startingFrom: $0 == 0 ? start : 0).tensor }
    FusedUpdate.each(rule, gradient: gradient, memory: tensors, parameter: parameter)
  }
}
