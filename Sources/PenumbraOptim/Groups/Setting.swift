/// One named setting of an optimiser, as data: what scripts, states and checks know of it.

internal import PenumbraTensor

/// The form of a setting's value; every form is a short list of numbers.
public enum SettingForm: Sendable, Equatable {
  /// One number.
  case number
  /// Two numbers, as Adam's betas.
  case pair
  /// 0 or 1.
  case flag
  /// An integer.
  case count
  /// One of several words, by its place among them, from 0.
  case choice([String])

  /// How many numbers make a value.
  public var count: Int { self == .pair ? 2 : 1 }
}

/// Which numbers a setting may have.
public enum SettingRange: Sendable, Equatable {
  case finite
  /// ≥ 0
  case nonNegative
  /// > 0
  case positive
  /// [0, 1)
  case fraction
  /// [0, 1]
  case closedFraction
  /// Integers from the first to the second.
  case integers(Int, Int)

  /// What is wanted, for errors.
  var expected: String {
    switch self {
    case .finite: "a finite number"
    case .nonNegative: "a finite number of at least 0"
    case .positive: "a finite number above 0"
    case .fraction: "a number in [0, 1)"
    case .closedFraction: "a number in [0, 1]"
    case .integers(let low, let high): "an integer from \(low) to \(high)"
    }
  }

  func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    return switch self {
    case .finite: true
    case .nonNegative: value >= 0
    case .positive: value > 0
    case .fraction: value >= 0 && value < 1
    case .closedFraction: value >= 0 && value <= 1
    case .integers(let low, let high):
      value.rounded() == value && value >= Double(low) && value <= Double(high)
    }
  }
}

/// Where in its settings a value stands.
public typealias SettingPlace<Settings, Value> = any WritableKeyPath<Settings, Value> & Sendable

/// A setting of an optimiser's groups: its name in scripts, its form and range, and its place in `Settings`.
public struct Setting<Settings>: Sendable {
  /// PyTorch's name where it has one: "lr", "betas", "weight_decay".
  public let name: String
  public let form: SettingForm
  public let range: SettingRange
  /// One line for the reference.
  public let summary: String
  /// The value in some settings; as many numbers as the form has.
  public let values: @Sendable (Settings) -> [Double]
  private let write: @Sendable (inout Settings, [Double]) -> Void

  /// A number of at least 0.
  public init(_ name: String, _ place: SettingPlace<Settings, Double>, _ summary: String) {
    self.init(name, place, .nonNegative, summary)
  }

  /// A number.
  public init(
    _ name: String, _ place: SettingPlace<Settings, Double>, _ range: SettingRange,
    _ summary: String
  ) {
    self.init(
      name: name, form: .number, range: range, summary: summary,
      values: { [$0[keyPath: place]] }, write: { $0[keyPath: place] = $1[0] })
  }

  /// Two numbers of one range.
  public init(
    _ name: String, _ first: SettingPlace<Settings, Double>,
    _ second: SettingPlace<Settings, Double>, _ range: SettingRange,
    _ summary: String
  ) {
    self.init(
      name: name, form: .pair, range: range, summary: summary,
      values: { [$0[keyPath: first], $0[keyPath: second]] },
      write: {
        $0[keyPath: first] = $1[0]
        $0[keyPath: second] = $1[1]
      })
  }

  /// A switch.
  public init(
    _ name: String, _ place: SettingPlace<Settings, Bool>, _ summary: String
  ) {
    self.init(
      name: name, form: .flag, range: .closedFraction, summary: summary,
      values: { [$0[keyPath: place] ? 1 : 0] }, write: { $0[keyPath: place] = $1[0] != 0 })
  }

  /// An integer of at least `least`.
  public init(
    _ name: String, _ place: SettingPlace<Settings, Int>, from least: Int, _ summary: String
  ) {
    self.init(
      name: name, form: .count, range: .integers(least, 1 << 53), summary: summary,
      values: { [Double($0[keyPath: place])] }, write: { $0[keyPath: place] = Int($1[0]) })
  }

  /// One of several words, which are those of an enumeration.
  public init<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ place: SettingPlace<Settings, Choice>, _ summary: String
  ) where Choice.RawValue == String {
    let all = Array(Choice.allCases)
    self.init(
      name: name, form: .choice(all.map(\.rawValue)), range: .integers(0, all.count - 1),
      summary: summary,
      values: { settings in
        [Double(all.firstIndex { $0.rawValue == settings[keyPath: place].rawValue } ?? 0)]
      }, write: { $0[keyPath: place] = all[Int($1[0])] })
  }

  private init(
    name: String, form: SettingForm, range: SettingRange, summary: String,
    values: @escaping @Sendable (Settings) -> [Double],
    write: @escaping @Sendable (inout Settings, [Double]) -> Void
  ) {
    (self.name, self.form, self.range, self.summary) = (name, form, range, summary)
    (self.values, self.write) = (values, write)
  }

  /// The same setting of settings that contain these.
  public func inside<Outer>(_ place: SettingPlace<Outer, Settings>)
    -> Setting<Outer>
  {
    let (values, write) = (values, write)
    return Setting<Outer>(
      name: name, form: form, range: range, summary: summary,
      values: { values($0[keyPath: place]) }, write: { write(&$0[keyPath: place], $1) })
  }

  /// Changes the value in `settings`.
  ///
  /// - Throws: `TensorError` (value) for numbers out of range or too many or few of them.
  public func set(_ values: [Double], in settings: inout Settings, _ operation: String) throws {
    guard values.count == form.count else {
      throw TensorError(
        .value, operation, argument: name,
        expected: form == .pair ? "2 numbers" : "one value", got: "\(values.count)")
    }
    try check(values, operation)
    write(&settings, values)
  }

  func check(_ values: [Double], _ operation: String) throws {
    for (index, value) in values.enumerated() where !range.contains(value) {
      throw TensorError(
        .value, operation, argument: form == .pair ? "\(name)[\(index + 1)]" : name,
        expected: range.expected, got: "\(value)")
    }
  }
}
