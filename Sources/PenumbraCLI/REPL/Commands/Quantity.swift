// Seconds and bytes for people.

internal import Glibc

enum Quantity {
  /// Four significant digits in the unit that suits: "12.31 ms".
  static func seconds(_ value: Double) -> String {
    let units: [(scale: Double, name: String)] = [
      (1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"),
    ]
    let unit = units.first { value >= $0.scale } ?? (1e-9, "ns")
    return value >= 1000
      ? fixed("%.0f s", value) : fixed("%.4g", value / unit.scale) + " \(unit.name)"
  }

  /// "512 B", "1.5 MB": powers of 1000.
  static func bytes(_ value: Int) -> String {
    let units: [(scale: Double, name: String)] = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
    guard let unit = units.first(where: { Double(value) >= $0.scale }) else { return "\(value) B" }
    return fixed("%.4g", Double(value) / unit.scale) + " \(unit.name)"
  }

  private static func fixed(_ format: String, _ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 64)
    let length = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
