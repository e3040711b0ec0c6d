/// The groups of one optimiser: their parameters as one checked list, and the settings of each.

internal import PenumbraTensor

/// An optimiser's groups. Parameters are numbered through all of them, from 1 in messages and states.
public struct ParameterGroups<Settings: GroupSettings> {
  private var groups: [ParameterGroup<Settings>]
  /// The parameters of all groups, in order.
  private(set) var list: ParameterList
  /// Which parameters of the list each group has.
  private(set) var ranges: [Range<Int>] = []

  /// - Throws: `TensorError` for parameters that cannot be trained or are given twice, for a group
  ///   without any, and for settings out of range.
  public init(_ groups: [ParameterGroup<Settings>], _ operation: String) throws {
    list = try ParameterList(groups.flatMap(\.parameters), operation)
    self.groups = groups
    for (index, group) in groups.enumerated() {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<(start + group.parameters.count))
      guard !group.parameters.isEmpty else {
        throw TensorError(
          .value, operation, argument: "group \(index + 1)", "there are no parameters to train")
      }
    }
    try check(operation)
  }

  public var count: Int { groups.count }
  public var indices: Range<Int> { groups.indices }

  /// One group; its settings can be changed, its parameters cannot.
  public subscript(_ index: Int) -> ParameterGroup<Settings> {
    get { groups[index] }
    set { groups[index].settings = newValue.settings }
  }

  /// The settings of a group, to read and to change in place.
  public subscript(settings index: Int) -> Settings {
    get { groups[index].settings }
    set { groups[index].settings = newValue }
  }

  /// Adds a group; nothing is changed when it does not do.
  ///
  /// - Throws: `TensorError` as the initialiser does.
  public mutating func append(_ group: ParameterGroup<Settings>, _ operation: String) throws {
    self = try ParameterGroups(groups + [group], operation)
  }

  /// Checks the settings that have changed since the last time. O(groups).
  ///
  /// - Throws: `TensorError` (value) for settings out of range.
  public mutating func check(_ operation: String) throws {
    for index in groups.indices { try groups[index].check(operation) }
  }
}

extension ParameterGroups {
  /// Adds every group's size and settings, as "groups.1.parameters", "groups.1.lr", "groups.1.betas.2".
  func save(_ state: inout OptimizerState) {
    for (index, group) in groups.enumerated() {
      let prefix = "groups.\(index + 1)"
      state.add("\(prefix).parameters", Double(group.parameters.count))
      for setting in Settings.settings {
        for (name, value) in zip(setting.stateNames(prefix), setting.values(group.settings)) {
          state.add(name, value)
        }
      }
    }
  }

  /// These groups with a state's settings.
  ///
  /// - Throws: `TensorError` (value) when its groups have other sizes or its settings do not do.
  func loaded(_ reader: inout StateReader) throws -> ParameterGroups {
    var result = self
    for (index, group) in groups.enumerated() {
      let prefix = "groups.\(index + 1)"
      let size = try reader.count("\(prefix).parameters")
      guard size == group.parameters.count else {
        throw TensorError(
          .value, reader.operation, argument: "\(prefix).parameters",
          expected: "\(group.parameters.count)", got: "\(size)")
      }
      var settings = group.settings
      for setting in Settings.settings {
        let values = try setting.stateNames(prefix).map { try reader.number($0) }
        try setting.set(values, in: &settings, reader.operation)
      }
      result.groups[index].settings = settings
    }
    try result.check(reader.operation)
    return result
  }
}

extension Setting {
  fileprivate func stateNames(_ prefix: String) -> [String] {
    form == .pair ? ["\(prefix).\(name).1", "\(prefix).\(name).2"] : ["\(prefix).\(name)"]
  }
}
