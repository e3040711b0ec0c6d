/// Texts and numbers in gnuplot's language, such that no text can become a command.

package enum GnuplotText {
  /// A string expression that yields exactly this text.
  ///
  /// Inside single quotes gnuplot expands no commands in backquotes, no macros and no escapes. It
  /// does not read a doubled quote reliably, so quotes, like line breaks, are joined from outside as
  /// constants of their own. Other control characters become spaces.
  package static func quoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'": result += "'.\"'\".'"
      case "\n": result += "'.\"\\n\".'"
      case _ where isControl(scalar): result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "'"
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
  }

  /// A number; `NaN` for what cannot be drawn.
  static func number(_ value: Double) -> String {
    value.isDrawable ? value.description : "NaN"
  }

  /// Rows of numbers as an inline data block.
  ///
  /// - Parameter keepsGaps: write values that cannot be drawn as NaN, where the rows are cells of a
  ///   grid. Otherwise such a row becomes an empty line, at which lines and areas are interrupted.
  static func dataBlock(_ name: String, _ rows: some Sequence<[Double]>, keepsGaps: Bool = false)
    -> String
  {
    var text = "\(name) << EOD\n"
    for row in rows {
      if keepsGaps || row.allSatisfy(\.isDrawable) {
        text += row.map(number).joined(separator: " ")
      }
      text += "\n"
    }
    return text + "EOD\n"
  }
}
