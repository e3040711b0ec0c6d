/// How a terminal is told a colour.

/// What a terminal can show.
public enum TerminalColour: Sendable {
  /// A pipe, or the wish for no colour.
  case none
  /// The 256 colours of xterm.
  case indexed
  /// 24 bits.
  case full

  /// The parameters that select a colour: "38;2;0;114;178".
  func code(_ colour: Colour, isBackground: Bool = false) -> String {
    let start = isBackground ? "48" : "38"
    switch self {
    case .none: return ""
    case .indexed: return "\(start);5;\(TerminalColour.index(colour))"
    case .full: return "\(start);2;\(colour.red);\(colour.green);\(colour.blue)"
    }
  }

  /// The nearest of xterm's 6 × 6 × 6 cube and of its 24 greys.
  package static func index(_ colour: Colour) -> Int {
    func step(_ level: UInt8) -> Int { level < 48 ? 0 : level < 115 ? 1 : (Int(level) - 35) / 40 }
    func cube(_ step: Int) -> Int { step == 0 ? 0 : 55 + 40 * step }
    let steps = [step(colour.red), step(colour.green), step(colour.blue)]
    let grey = (Int(colour.red) + Int(colour.green) + Int(colour.blue)) / 3
    let shade = min(23, max(0, (grey - 3) / 10))
    let inCube = colour.distance(cube(steps[0]), cube(steps[1]), cube(steps[2]))
    let level = 8 + 10 * shade
    return colour.distance(level, level, level) < inCube
      ? 232 + shade : 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
  }
}

extension Colour {
  /// The squared distance to another colour.
  func distance(_ red: Int, _ green: Int, _ blue: Int) -> Int {
    let (r, g, b) = (Int(self.red) - red, Int(self.green) - green, Int(self.blue) - blue)
    return r * r + g * g + b * b
  }

  /// 0 black to 255 white, as the eye weighs the channels (Rec. 601).
  var brightness: Double {
    0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)
  }

  func mixed(with other: Colour) -> Colour {
    func mean(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Int(a) + Int(b) + 1) / 2) }
    return Colour(mean(red, other.red), mean(green, other.green), mean(blue, other.blue))
  }
}
