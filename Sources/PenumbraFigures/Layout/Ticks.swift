/// Where an axis has marks, and what stands at them.

internal import Glibc
package import PenumbraData

/// A mark; those without a text are short.
package struct Tick: Equatable {
  package let position: Double
  /// In gnuplot's enhanced notation.
  package let text: String
  package let isMajor: Bool
}

package enum Ticks {
  /// Marks at 1, 2 or 5 times a power of ten, about `count` of them.
  package static func linear(_ range: Interval, count: Int) -> [Tick] {
    let raw = range.width / Double(max(count, 1))
    let power = pow(10, floor(log10(raw)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? raw
    let first = (range.low / step - 1e-9).rounded(.up)
    let last = (range.high / step + 1e-9).rounded(.down)
    guard step > 0, last - first < 1000 else { return [] }
    let greatest = max(abs(range.low), abs(range.high))
    return stride(from: first, through: last, by: 1).map { index in
      let position = index * step
      return Tick(
        position: position, text: label(position, step: step, greatest: greatest), isMajor: true)
    }
  }

  /// Marks at powers of ten; with few of them also at 2 and 5 times these. Within one decade they
  /// are evenly spaced.
  package static func logarithmic(_ range: Interval, count: Int) -> [Tick] {
    guard range.high / range.low > 10 else { return linear(range, count: count) }
    let low = Int(floor(log10(range.low)))
    let high = Int(ceil(log10(range.high)))
    let inside = (low...high).count { contains(range, pow(10, Double($0))) }
    let stride = max(1, (inside + count - 1) / max(count, 1))
    var ticks: [Tick] = []
    for exponent in low...high {
      let power = pow(10, Double(exponent))
      if contains(range, power) {
        let isMajor = exponent % stride == 0
        ticks.append(
          Tick(position: power, text: isMajor ? "10^{\(minus(exponent))}" : "", isMajor: isMajor))
      }
      guard stride == 1 else { continue }
      for factor in 2...9 where contains(range, Double(factor) * power) {
        let isMajor = inside < 2 && (factor == 2 || factor == 5)
        let text = isMajor ? "\(factor)·10^{\(minus(exponent))}" : ""
        ticks.append(Tick(position: Double(factor) * power, text: text, isMajor: isMajor))
      }
    }
    return ticks
  }

  private static func contains(_ range: Interval, _ value: Double) -> Bool {
    value >= range.low * (1 - 1e-9) && value <= range.high * (1 + 1e-9)
  }

  private static func minus(_ exponent: Int) -> String {
    exponent < 0 ? "−\(-exponent)" : "\(exponent)"
  }

  /// A number with as many decimals as the step needs; k and M for thousands and millions.
  private static func label(_ value: Double, step: Double, greatest: Double) -> String {
    for (limit, unit, suffix) in [(1e6, 1e6, "M"), (1e4, 1e3, "k")]
    where greatest >= limit && greatest < 1e9 && step >= unit / 10 {
      return value == 0 ? "0" : decimal(value / unit, step: step / unit) + suffix
    }
    if greatest >= 1e5 || greatest < 1e-3 {
      // One power of ten for the whole axis.
      let exponent = Int(floor(log10(greatest)))
      let unit = pow(10, Double(exponent))
      guard value != 0 else { return "0" }
      return decimal(value / unit, step: step / unit) + "·10^{\(minus(exponent))}"
    }
    return decimal(value, step: step)
  }

  /// Fixed notation, at most nine decimals, with a true minus sign.
  private static func decimal(_ value: Double, step: Double) -> String {
    let decimals = min(9, max(0, Int(ceil(-log10(step) - 1e-9))))
    let unit = pow(10, Double(decimals))
    let scaled = Int64(exactly: (abs(value) * unit).rounded()) ?? 0
    let digits = String(scaled)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
