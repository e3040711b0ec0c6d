/// One line of metrics.jsonl: what was logged at a step.

internal import PenumbraData

/// The metrics of one step.
///
/// A line is `{"step": 10, "time": 1732400000.125, "loss": 0.5}`. Values that are not finite, which
/// JSON does not know, are the strings "NaN", "Infinity" and "-Infinity", as in the JSON mapping of
/// protocol buffers.
public struct MetricRow: Sendable {
  /// Names that belong to the line itself.
  public static let reserved = ["step", "time"]

  public let step: Int
  /// Seconds since 1970, UTC.
  public let time: Double
  public let values: [(name: String, value: Double)]

  public init(step: Int, time: Double, values: [(name: String, value: Double)]) {
    (self.step, self.time, self.values) = (step, time, values)
  }

  /// The value of that name.
  public subscript(name: String) -> Double? { values.first { $0.name == name }?.value }

  package var line: String {
    let fields =
      [JSON.Member("step", .integer(Int64(step))), JSON.Member("time", .number(time))]
      + values.map { JSON.Member($0.name, MetricRow.json($0.value)) }
    return JSON.object(fields).text
  }

  /// Reads a line; nil for what is none of ours. Fields that hold no number are left out.
  package init?(line: UnsafeRawBufferPointer) {
    guard let json = try? JSON(parsing: line, depthLimit: 4), case .object(let members) = json,
      case .integer(let step)? = json["step"], let step = Int(exactly: step), step >= 0
    else { return nil }
    self.step = step
    time = json["time"].flatMap(MetricRow.number) ?? 0
    values = members.compactMap { member in
      guard !MetricRow.reserved.contains(member.key) else { return nil }
      return MetricRow.number(member.value).map { (member.key, $0) }
    }
  }

  static func json(_ value: Double) -> JSON {
    if value.isFinite { return .number(value) }
    return .string(value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity")
  }

  static func number(_ json: JSON) -> Double? {
    switch json {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: nil
    }
  }
}
