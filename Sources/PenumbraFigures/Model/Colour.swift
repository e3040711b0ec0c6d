/// Colours of lines and areas, and the palettes of heat maps.

internal import PenumbraTensor

/// Red, green and blue, 0 to 255.
public struct Colour: Sendable, Equatable {
  public let red, green, blue: UInt8

  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Colours that people with any kind of colour vision can tell apart.
  ///
  /// Source: Okabe & Ito, "Color universal design" (2008).
  public static let named: [(name: String, colour: Colour)] = [
    ("blue", Colour(0x00, 0x72, 0xb2)), ("red", Colour(0xd5, 0x5e, 0x00)),
    ("green", Colour(0x00, 0x9e, 0x73)), ("purple", Colour(0xcc, 0x79, 0xa7)),
    ("orange", Colour(0xe6, 0x9f, 0x00)), ("sky", Colour(0x56, 0xb4, 0xe9)),
    ("black", Colour(0x22, 0x22, 0x22)), ("grey", Colour(0x8a, 0x8a, 0x8a)),
    ("yellow", Colour(0xf0, 0xe4, 0x42)), ("white", Colour(0xff, 0xff, 0xff)),
  ]

  /// The colour of the series at `index` of a panel, when it has none of its own.
  static func cycle(_ index: Int) -> Colour { named[index % 8].colour }

  /// A colour by name, or from "#rrggbb".
  ///
  /// - Throws: `TensorError` (value) for any other text, listing the names.
  public init(_ text: String) throws {
    if let match = Colour.named.first(where: {
      $0.name == text || $0.name == "grey" && text == "gray"
    }) {
      self = match.colour
      return
    }
    let digits = text.dropFirst().compactMap(\.hexDigitValue)
    guard text.hasPrefix("#"), text.utf8.count == 7, digits.count == 6 else {
      let names = Colour.named.map(\.name).joined(separator: ", ")
      throw TensorError(
        .value, "figure", argument: "color", expected: "#rrggbb or one of \(names)",
        got: "'\(text)'")
    }
    func level(_ place: Int) -> UInt8 { UInt8(digits[2 * place] * 16 + digits[2 * place + 1]) }
    self.init(level(0), level(1), level(2))
  }

  /// "#rrggbb", or gnuplot's "#aarrggbb" with its transparency (00 opaque).
  package func code(opacity: Double = 1) -> String {
    func pair(_ level: UInt8) -> String {
      (level < 16 ? "0" : "") + String(level, radix: 16)
    }
    let transparency = UInt8(((1 - min(max(opacity, 0), 1)) * 255).rounded())
    return "#" + (transparency > 0 ? pair(transparency) : "") + pair(red) + pair(green) + pair(blue)
  }
}

/// How a heat map's values become colours.
public enum Palette: String, Sendable, CaseIterable {
  /// Even to the eye, dark blue to yellow.
  case viridis
  /// Blue, white, red; symmetric about zero unless a range is given.
  case diverging
  /// White to black.
  case grey

  /// Colours at even steps.
  var stops: [Colour] {
    switch self {
    case .viridis:
      [
        Colour(68, 1, 84), Colour(72, 36, 117), Colour(65, 68, 135), Colour(53, 95, 141),
        Colour(42, 120, 142), Colour(33, 145, 140), Colour(34, 168, 132), Colour(68, 191, 112),
        Colour(122, 209, 81), Colour(189, 223, 38), Colour(253, 231, 37),
      ]
    case .diverging:
      [
        Colour(33, 102, 172), Colour(67, 147, 195), Colour(146, 197, 222), Colour(209, 229, 240),
        Colour(247, 247, 247), Colour(253, 219, 199), Colour(244, 165, 130), Colour(214, 96, 77),
        Colour(178, 24, 43),
      ]
    case .grey: [Colour(255, 255, 255), Colour(0, 0, 0)]
    }
  }
}
