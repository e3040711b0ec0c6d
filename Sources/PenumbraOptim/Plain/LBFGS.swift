/// L-BFGS: a quasi-Newton method with limited memory.

public import PenumbraTensor

/// L-BFGS, in PyTorch's form: a step makes several iterations over one loss, which a closure evaluates.
///
///     d = −H ∇,   H from the last `historySize` pairs (s, y) of moves and changes of the gradient
///     θ ← θ + t d,   t = lr, or from a line search that meets the strong Wolfe conditions
///
/// For losses without noise. Memory: 2 historySize + 4 times the parameters. Source: Liu & Nocedal 1989;
/// the line search follows Nocedal & Wright 2006, algorithms 3.5 and 3.6.
public final class LBFGS: GroupedOptimizer {
  public static let name = "LBFGS"

  /// How far a step goes along its direction.
  public enum LineSearch: String, Sendable, CaseIterable {
    /// lr times the direction; in the first iteration at most lr in the sum of magnitudes.
    case none
    /// Until the loss falls enough and its slope is small enough; starts at lr.
    case strongWolfe = "strong_wolfe"
  }

  /// What can be chosen; there is one group.
  public struct Settings: GroupSettings {
    public static let settings: [Setting<Settings>] = [
      Setting("lr", \.learningRate, "the step size, or the line search's first try"),
      Setting("max_iter", \.maxIterations, from: 1, "iterations a step"),
      Setting(
        "max_eval", \.maxEvaluations, from: 0, "evaluations of the loss a step; 0 is 5/4 max_iter"),
      Setting("tolerance_grad", \.gradientTolerance, "stops at gradients this small"),
      Setting("tolerance_change", \.changeTolerance, "stops at moves or gains this small"),
      Setting("history_size", \.historySize, from: 1, "pairs of moves and gradients remembered"),
      Setting("line_search_fn", \.lineSearch, "how far a step goes"),
    ]

    public var learningRate = 1.0
    public var maxIterations = 20
    public var maxEvaluations = 0
    public var gradientTolerance = 1e-7
    public var changeTolerance = 1e-9
    public var historySize = 100
    public var lineSearch = LineSearch.none

    public init() {}

    var evaluationLimit: Int {
      maxEvaluations > 0 ? maxEvaluations : maxIterations / 4 * 5 + maxIterations % 4 * 5 / 4
    }
  }

  /// A move s, the change y of the gradient along it, and 1 / (y·s).
  struct Pair {
    let move: Tensor
    let change: Tensor
    let inverse: Double
  }

  /// What is remembered from iteration to iteration; vectors over all parameters, [n].
  struct Memory {
    var pairs: [Pair] = []
    /// y·s / y·y of the last pair
    var scale = 1.0
    var direction: Tensor
    var length: Double
    var gradient: Tensor
  }

  public var groups: ParameterGroups<Settings>
  public let defaults: Settings
  /// Iterations and evaluations of the loss so far.
  public internal(set) var iterations = 0
  public internal(set) var evaluations = 0
  /// nil before the first iteration.
  var memory: Memory?

  /// - Throws: `TensorError` for parameters that cannot be trained or are of several dtypes, and for
  ///   settings out of range.
  public init(_ parameters: [Tensor], _ settings: Settings = Settings()) throws {
    groups = try ParameterGroups([ParameterGroup(parameters, settings)], LBFGS.name)
    defaults = settings
    for (index, parameter) in parameters.enumerated() where parameter.dtype != parameters[0].dtype {
      throw TensorError(
        .dtype, LBFGS.name, argument: ParameterList.label(index, parameter),
        expected: "\(parameters[0].dtype), as parameter 1", got: "\(parameter.dtype)")
    }
  }

  public func groupWasAdded() {}

  public func addGroup(_ parameters: [Tensor], _ values: [(name: String, values: [Double])]) throws
  {
    throw TensorError(.value, "LBFGS:add_group", "all parameters are in one group")
  }

  /// - Throws: `TensorError` (value) always: a step needs the loss several times.
  public func step() throws {
    throw TensorError(
      .value, LBFGS.stepName, expected: "a function that computes the loss and its gradients",
      got: "none")
  }

  public func state() throws -> OptimizerState {
    var state = OptimizerState(optimizer: LBFGS.name)
    groups.save(&state)
    state.add("iterations", Double(iterations))
    state.add("evaluations", Double(evaluations))
    state.add("started", memory == nil ? 0 : 1)
    guard let memory else { return state }
    state.add("length", memory.length)
    state.add("scale", memory.scale)
    state.add("pairs", Double(memory.pairs.count))
    state.tensors.append(("direction", try memory.direction.copied()))
    state.tensors.append(("gradient", try memory.gradient.copied()))
    for (index, pair) in memory.pairs.enumerated() {
      state.add("inverse.\(index + 1)", pair.inverse)
      state.tensors.append(("move.\(index + 1)", try pair.move.copied()))
      state.tensors.append(("change.\(index + 1)", try pair.change.copied()))
    }
    return state
  }

  public func load(_ state: OptimizerState) throws {
    var reader = try StateReader(state, of: LBFGS.name, groups.list)
    let groups = try groups.loaded(&reader)
    let iterations = try reader.count("iterations")
    let evaluations = try reader.count("evaluations")
    let memory = try reader.count("started") > 0 ? try loadedMemory(&reader) : nil
    try reader.finish()
    self.groups = groups
    (self.iterations, self.evaluations, self.memory) = (iterations, evaluations, memory)
  }

  private func loadedMemory(_ reader: inout StateReader) throws -> Memory {
    let shape = Shape(parameters.reduce(0) { $0 + $1.elementCount })
    let dtype = parameters[0].dtype
    var memory = Memory(
      scale: try reader.number("scale"),
      direction: try reader.tensor("direction", shape, dtype),
      length: try reader.number("length"), gradient: try reader.tensor("gradient", shape, dtype))
    for place in 0..<(try reader.count("pairs")) {
      memory.pairs.append(
        Pair(
          move: try reader.tensor("move.\(place + 1)", shape, dtype),
          change: try reader.tensor("change.\(place + 1)", shape, dtype),
          inverse: try reader.number("inverse.\(place + 1)")))
    }
    return memory
  }
}

extension LBFGS {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double, maxIterations: Int = 20, historySize: Int = 100,
    lineSearch: LineSearch = .none
  ) throws {
    var settings = Settings()
    settings.learningRate = learningRate
    settings.maxIterations = maxIterations
    settings.historySize = historySize
    settings.lineSearch = lineSearch
    try self.init(parameters, settings)
  }
}
