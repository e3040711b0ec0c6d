/// Every plain optimiser but LBFGS: groups, checks, memory and states around one rule.

public import PenumbraTensor

/// An optimiser that changes each parameter by a rule of its own gradients: `SGD`, `Adam`, ...
///
/// A parameter takes a step when it has a gradient, with the settings of its group.
public final class PlainOptimizer<Rule: UpdateRule>: GroupedOptimizer {
  public static var name: String { Rule.name }
  public var groups: ParameterGroups<Rule>
  public let defaults: Rule
  private var memories: [ParameterMemory]

  /// - Throws: `TensorError` for parameters that cannot be trained and for settings out of range.
  public init(groups: [ParameterGroup<Rule>], defaults: Rule) throws {
    self.groups = try ParameterGroups(groups, Rule.name)
    self.defaults = defaults
    memories = self.groups.list.tensors.map { _ in ParameterMemory(for: Rule.self) }
  }

  /// All parameters in one group.
  ///
  /// - Throws: `TensorError` for parameters that cannot be trained and for settings out of range.
  public convenience init(_ parameters: [Tensor], _ rule: Rule) throws {
    try self.init(groups: [ParameterGroup(parameters, rule)], defaults: rule)
  }

  public func groupWasAdded() {
    while memories.count < parameters.count { memories.append(ParameterMemory(for: Rule.self)) }
  }

  public func step() throws {
    try groups.check(Self.stepName)
    let gradients = try groups.list.gradients(Self.stepName)
    for index in groups.indices {
      let rule = groups[settings: index]
      for place in groups.ranges[index] {
        if let gradient = gradients[place] { try step(place, rule, gradient) }
      }
    }
  }

  private func step(_ place: Int, _ rule: Rule, _ gradient: Tensor) throws {
    var update = ParameterUpdate(
      parameter: groups.list.tensors[place],
      gradient: rule.isMaximizing
        ? try GradientMode.with(false) { try gradient.negative() } : gradient,
      memory: memories[place])
    update.memory.steps += 1
    try rule.apply(&update)
    memories[place] = update.memory
  }

  public func state() throws -> OptimizerState {
    var state = OptimizerState(optimizer: Rule.name)
    groups.save(&state)
    state.add("step", memories.map(\.steps))
    for (place, kept) in Rule.numberNames.enumerated() {
      for (index, memory) in memories.enumerated() {
        state.add("\(kept.name).\(index + 1)", memory.numbers[place])
      }
    }
    for (place, name) in Rule.tensorNames.enumerated() {
      let tensors = memories.map(\.tensors[place])
      state.add("has_\(name)", tensors.map { $0 == nil ? 0 : 1 })
      try state.add(name, tensors)
    }
    return state
  }

  public func load(_ state: OptimizerState) throws {
    var reader = try StateReader(state, of: Rule.name, groups.list)
    let groups = try groups.loaded(&reader)
    var memories = try reader.counts("step").map { steps in
      var memory = ParameterMemory(for: Rule.self)
      memory.steps = steps
      return memory
    }
    for (place, kept) in Rule.numberNames.enumerated() {
      for index in memories.indices {
        memories[index].numbers[place] = try reader.number("\(kept.name).\(index + 1)")
      }
    }
    for (place, name) in Rule.tensorNames.enumerated() {
      let isHeld = try reader.counts("has_\(name)").map { $0 > 0 }
      for (index, tensor) in try reader.tensors(name, required: isHeld).enumerated() {
        memories[index].tensors[place] = tensor
      }
    }
    try reader.finish()
    self.groups = groups
    self.memories = memories
  }
}
