/// The course of a metric in bounded room.

internal import PenumbraData
internal import PenumbraTensor

/// Values that came one after the other, put together.
public struct CurvePoint: Sendable, Equatable {
  /// The mean of the steps.
  public fileprivate(set) var step: Double
  public fileprivate(set) var mean: Double
  public fileprivate(set) var low: Double
  public fileprivate(set) var high: Double
  fileprivate var count: Int

  fileprivate init(step: Double, value: Double) {
    (self.step, mean, low, high, count) = (step, value, value, value, 1)
  }

  /// The two together. In weighted parts: sums of finite numbers may be infinite.
  fileprivate func joined(_ other: CurvePoint) -> CurvePoint {
    let part = Double(other.count) / Double(count + other.count)
    var result = self
    result.step = step * (1 - part) + other.step * part
    result.mean = mean * (1 - part) + other.mean * part
    result.low = min(low, other.low)
    result.high = max(high, other.high)
    result.count = count + other.count
    return result
  }
}

/// A curve of any length, kept as at most `2 · limit` points: when there are more, neighbours are put
/// together, so that each point stands for equally many values.
public struct MetricCurve: Sendable {
  /// The steps of the first values that are not finite.
  public private(set) var gaps: [Int] = []
  /// How many values are not finite; they are in no point.
  public private(set) var notFinite = 0
  /// How many values are finite.
  public private(set) var count = 0
  /// The last value, finite or not.
  public private(set) var last: Double?
  /// The least and the greatest step; nil before the first value.
  public private(set) var steps: (low: Int, high: Int)?
  public private(set) var low = Double.infinity
  public private(set) var high = -Double.infinity
  private let limit: Int
  private var full: [CurvePoint] = []
  private var pending: CurvePoint?
  /// Values to a point.
  private var stride = 1
  private static let gapLimit = 64

  /// - Parameter limit: at least 1.
  public init(limit: Int) { self.limit = max(1, limit) }

  /// In the order in which the values came.
  public var points: [CurvePoint] { full + (pending.map { [$0] } ?? []) }

  /// - Complexity: O(1), amortised.
  public mutating func append(step: Int, value: Double) {
    last = value
    steps = (min(steps?.low ?? step, step), max(steps?.high ?? step, step))
    guard value.isFinite else {
      notFinite += 1
      if gaps.count < MetricCurve.gapLimit { gaps.append(step) }
      return
    }
    count += 1
    (low, high) = (min(low, value), max(high, value))
    let point = CurvePoint(step: Double(step), value: value)
    let joined = pending.map { $0.joined(point) } ?? point
    guard joined.count >= stride else {
      pending = joined
      return
    }
    pending = nil
    full.append(joined)
    if full.count >= 2 * limit {
      full = MetricCurve.halved(full)
      stride *= 2
    }
  }

  /// The curve in at most `limit` points.
  public func points(atMost limit: Int) -> [CurvePoint] {
    var points = points
    while points.count > max(1, limit) { points = MetricCurve.halved(points) }
    return points
  }

  /// Each point with its neighbour.
  private static func halved(_ points: [CurvePoint]) -> [CurvePoint] {
    Swift.stride(from: 0, to: points.count, by: 2).map { place in
      place + 1 < points.count ? points[place].joined(points[place + 1]) : points[place]
    }
  }
}

/// The curves of all metrics of a run.
public struct MetricCurves: Sendable {
  /// In the order in which the metrics first came.
  public private(set) var names: [String] = []
  /// Whether there are metrics beyond the limit.
  public private(set) var isCut = false
  /// The last step that was logged.
  public private(set) var lastStep: Int?
  private var curves: [String: MetricCurve] = [:]

  public subscript(name: String) -> MetricCurve? { curves[name] }

  /// Reads metrics.jsonl once, without keeping its rows; none where there is no such file.
  ///
  /// - Parameters:
  ///   - limit: of the points of a curve, see `MetricCurve`.
  ///   - nameLimit: metrics beyond that many are left out.
  /// - Complexity: O(bytes) time, O(names · limit) room.
  public init(reading path: String, limit: Int = 256, nameLimit: Int = 512) throws {
    guard let file = try? InputFile(path, operation: "metrics"), file.size > 0 else { return }
    try LineReader.forEachLine(of: path, operation: "metrics") { line, _ in
      if let row = MetricRow(line: line) { append(row, limit, nameLimit) }
      return true
    }
  }

  private mutating func append(_ row: MetricRow, _ limit: Int, _ nameLimit: Int) {
    lastStep = row.step
    for (name, value) in row.values {
      if curves[name] == nil {
        guard names.count < nameLimit else {
          isCut = true
          continue
        }
        names.append(name)
        curves[name] = MetricCurve(limit: limit)
      }
      curves[name]?.append(step: row.step, value: value)
    }
  }
}
