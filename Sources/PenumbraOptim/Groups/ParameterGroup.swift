/// Parameters that are trained with the same settings.

public import PenumbraTensor

/// What an optimiser lets each group of parameters have for itself.
public protocol GroupSettings {
  /// The step size.
  var learningRate: Double { get set }
  /// Every setting, "lr" among them. Scripts reach them by name, and states keep all of them.
  static var settings: [Setting<Self>] { get }
  /// Demands that concern several settings at once, beyond the range of each.
  ///
  /// - Throws: `TensorError` (value) naming the setting.
  func checkTogether(_ operation: String) throws
}

extension GroupSettings {
  public func checkTogether(_ operation: String) throws {}

  /// - Throws: `TensorError` (value) for the first setting that is out of range.
  public func check(_ operation: String) throws {
    for setting in Self.settings { try setting.check(setting.values(self), operation) }
    try checkTogether(operation)
  }

  /// Changes settings by their names, all or none of them.
  ///
  /// - Throws: `TensorError` (value) for an unknown name, or values that do not do.
  public mutating func set(
    _ values: [(name: String, values: [Double])], _ operation: String
  ) throws {
    var changed = self
    for (name, values) in values {
      guard let setting = Self.settings.first(where: { $0.name == name }) else {
        throw TensorError(
          .value, operation, argument: name,
          expected: "one of " + Self.settings.map(\.name).joined(separator: ", "),
          got: "an unknown setting")
      }
      try setting.set(values, in: &changed, operation)
    }
    try changed.checkTogether(operation)
    self = changed
  }
}

/// Parameters, and the settings that their steps use.
public struct ParameterGroup<Settings: GroupSettings> {
  public let parameters: [Tensor]
  /// Checked before the next step.
  public var settings: Settings {
    didSet { isChecked = false }
  }
  private var isChecked = false

  public init(_ parameters: [Tensor], _ settings: Settings) {
    self.parameters = parameters
    self.settings = settings
  }

  /// - Throws: `TensorError` (value) for settings out of range.
  mutating func check(_ operation: String) throws {
    guard !isChecked else { return }
    try settings.check(operation)
    isChecked = true
  }
}
