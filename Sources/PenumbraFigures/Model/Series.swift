/// What a panel shows: one line, cloud, histogram, area, map or field of arrows.

public import PenumbraData
internal import PenumbraTensor

/// Data with the way that they are drawn. NaN and infinities are gaps.
public struct Series: Sendable {
  /// The data; coordinates are arrays of equal length.
  enum Content: Sendable {
    case line(x: [Double], y: [Double])
    case points(x: [Double], y: [Double])
    case steps(x: [Double], y: [Double])
    case histogram(Histogram)
    case filled(x: [Double], lower: [Double], upper: [Double])
    case vectors(x: [Double], y: [Double], dx: [Double], dy: [Double])
    case heatMap(Field)
    case contour(Field, levels: [Double])
  }

  /// The pattern of lines.
  public enum Dash: String, Sendable, CaseIterable {
    case solid, dashed, dotted
  }

  let content: Content
  /// Its entry in the legend; none without.
  public var label: String?
  /// By default the next one of the panel's cycle.
  public var colour: Colour?
  /// Of lines, in points; 1.8 by default.
  public var width: Double?
  /// The points' diameter relative to the usual; 0.5 by default.
  public var pointSize: Double?
  /// 0 invisible to 1 opaque; below 1 by default for areas and clouds.
  public var opacity: Double?
  public var dash = Dash.solid
  /// Whether y is read on the right-hand axis.
  public var onSecondAxis = false

  private init(_ content: Content) { self.content = content }

  private static func check(_ name: String, _ arrays: [Double]...) throws {
    let counts = arrays.map(\.count)
    guard Set(counts).count == 1 else {
      throw TensorError(
        .shape, name, expected: "coordinates of equal length",
        got: counts.map(String.init).joined(separator: " and "))
    }
  }

  /// Straight lines from point to point.
  public static func line(_ x: [Double], _ y: [Double]) throws -> Series {
    try check("line", x, y)
    return Series(.line(x: x, y: y))
  }

  /// A dot at each point.
  public static func points(_ x: [Double], _ y: [Double]) throws -> Series {
    try check("points", x, y)
    return Series(.points(x: x, y: y))
  }

  /// Horizontal from each point to the next one's x, then vertical.
  public static func steps(_ x: [Double], _ y: [Double]) throws -> Series {
    try check("steps", x, y)
    return Series(.steps(x: x, y: y))
  }

  /// Bars without gaps.
  public static func histogram(_ histogram: Histogram) -> Series {
    Series(.histogram(histogram))
  }

  /// Bars of raw samples; see `Histogram`.
  public static func histogram(
    _ samples: [Double], bins: Int = 50, range: Interval? = nil, density: Bool = true
  ) throws -> Series {
    histogram(try Histogram(samples, bins: bins, range: range, density: density))
  }

  /// The area between two curves.
  public static func filled(_ x: [Double], _ lower: [Double], _ upper: [Double]) throws -> Series {
    try check("filled", x, lower, upper)
    return Series(.filled(x: x, lower: lower, upper: upper))
  }

  /// Arrows from (x, y) to (x + dx, y + dy).
  public static func vectors(_ x: [Double], _ y: [Double], _ dx: [Double], _ dy: [Double]) throws
    -> Series
  {
    try check("vectors", x, y, dx, dy)
    return Series(.vectors(x: x, y: y, dx: dx, dy: dy))
  }

  /// One coloured cell for each value.
  public static func heatMap(_ field: Field) -> Series { Series(.heatMap(field)) }

  /// Lines of equal value.
  public static func contour(_ field: Field, levels: [Double]) -> Series {
    Series(.contour(field, levels: levels))
  }
}
