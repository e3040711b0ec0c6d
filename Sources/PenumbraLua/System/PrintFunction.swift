/// `pn.set_printoptions{...}`: how tensors are written.

internal import LuaEmbedding
internal import PenumbraTensor

enum PrintFunction {
  static let entry = Entry(
    "set_printoptions",
    "How tensors are written; an option that is left out stays, a profile sets all of them first",
    Parameter<Options>.options(
      "set_printoptions",
      [profile.doc, precision.doc, threshold.doc, edgeItems.doc, lineWidth.doc, scientific.doc]),
    returns: "nothing",
    example: "pn.set_printoptions{precision = 2}\nprint(pn.rand(3))\n"
      + "pn.set_printoptions{profile = \"default\"}"
  ) { _, options in
    var chosen = PrintOptions.current
    switch try options[profile] {
    case "short": chosen = .short
    case "full": chosen = .full
    case "default": chosen = PrintOptions()
    default: break
    }
    if let value = try options[precision] { chosen.precision = value }
    if let value = try options[threshold] { chosen.threshold = value }
    if let value = try options[edgeItems] { chosen.edgeItems = value }
    if let value = try options[lineWidth] { chosen.lineWidth = value }
    if let value = try options[scientific] { chosen.scientific = value }
    PrintOptions.current = chosen
    return NoResult()
  }

  private static let profile = Parameter<String?>.optional(
    "profile", .choice(["default", "short", "full"]))
  private static let precision = Parameter<Int?>.optional(
    "precision", .integer(0...30), "decimals; 4 by default")
  private static let threshold = Parameter<Int?>.optional(
    "threshold", .integer(0...PrintOptions.maximumThreshold),
    "more elements are cut to the edges; 1000 by default")
  private static let edgeItems = Parameter<Int?>.optional(
    "edgeitems", .integer(1...1000), "positions shown at either end; 3 by default")
  private static let lineWidth = Parameter<Int?>.optional(
    "linewidth", .integer(1...100_000), "characters of a line; 80 by default")
  private static let scientific = Parameter<Bool?>.optional(
    "sci_mode", .boolean, "whether powers of ten are written; by the numbers unless set")
}

extension ParameterType where Value == Int {
  fileprivate static func integer(_ range: ClosedRange<Int>) -> ParameterType {
    let text = "integer from \(range.lowerBound) to \(range.upperBound)"
    return integer.refined(text) { value in
      guard range.contains(value) else { throw BadValue(expected: "an \(text)") }
      return value
    }
  }
}
