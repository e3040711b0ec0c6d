/// An optimiser whose parameters come in groups with settings of their own.

public import PenumbraTensor

/// An optimiser that keeps its parameters and settings in `ParameterGroups`; what `Optimizer` asks
/// about groups follows from them.
public protocol GroupedOptimizer: Optimizer {
  associatedtype Settings: GroupSettings
  /// The groups; settings may be changed at any time and are checked at the next step.
  var groups: ParameterGroups<Settings> { get set }
  /// What a group that is added has where it says nothing: what the optimiser was made with.
  var defaults: Settings { get }
  /// Called after a group was added, so that memory for the new parameters, the last of
  /// `parameters`, can be made.
  func groupWasAdded()
}

extension GroupedOptimizer {
  public var parameters: [Tensor] { groups.list.tensors }

  /// The first group's; setting it sets all groups'.
  public var learningRate: Double {
    get { groups[settings: 0].learningRate }
    set { for index in groups.indices { groups[settings: index].learningRate = newValue } }
  }

  public var groupCount: Int { groups.count }

  public func parameters(inGroup index: Int) -> [Tensor] { groups[index].parameters }

  public var settingNames: [(name: String, form: SettingForm)] {
    Settings.settings.map { ($0.name, $0.form) }
  }

  public func values(of name: String, inGroup index: Int) -> [Double]? {
    Settings.settings.first { $0.name == name }?.values(groups[settings: index])
  }

  public func set(_ name: String, to values: [Double], inGroup index: Int) throws {
    var settings = groups[settings: index]
    try settings.set([(name, values)], Self.name)
    groups[settings: index] = settings
  }

  public func addGroup(_ parameters: [Tensor], _ values: [(name: String, values: [Double])]) throws
  {
    let operation = "\(Self.name):add_group"
    var settings = defaults
    try settings.set(values, operation)
    try groups.append(ParameterGroup(parameters, settings), operation)
    groupWasAdded()
  }
}
