// A tensor in a few words, and a large one in a few numbers.

internal import Glibc
internal import PenumbraTensor

enum TensorSummary {
  /// "Tensor float32 [2, 3]"
  static func brief(_ tensor: Tensor) -> String {
    "Tensor \(tensor.dtype) \(tensor.shape)" + (tensor.requiresGradient ? ", requires_grad" : "")
  }

  /// Whether its text shows the edges only.
  static func isLarge(_ tensor: Tensor) -> Bool {
    tensor.elementCount > PrintOptions.current.threshold
  }

  /// `Tensor float32 [100, 50]: mean 0.012, min -3.9, max 4.1, 2 NaN, 1 infinite`
  ///
  /// Mean, least and greatest are those of the finite elements. Nothing is recorded for
  /// derivatives; a view that is not contiguous is copied once.
  ///
  /// - Throws: `TensorError` when memory is short.
  /// - Complexity: O(n).
  static func line(_ tensor: Tensor) throws -> String {
    let figures = try figures(tensor)
    var parts: [String] = []
    if tensor.dtype == .bool {
      parts = ["\(figures.trueCount) of \(tensor.elementCount) true"]
    } else if figures.finiteCount > 0 {
      let mean = figures.sum / Double(figures.finiteCount)
      let isWhole = !tensor.dtype.isFloating
      parts = [
        "mean \(number(mean))", "min \(number(figures.least, isWhole: isWhole))",
        "max \(number(figures.greatest, isWhole: isWhole))",
      ]
    }
    if figures.nanCount > 0 { parts.append("\(figures.nanCount) NaN") }
    if figures.infiniteCount > 0 { parts.append("\(figures.infiniteCount) infinite") }
    return brief(tensor) + ": " + parts.joined(separator: ", ")
  }

  private struct Figures {
    var sum = 0.0
    var least = Double.infinity
    var greatest = -Double.infinity
    var finiteCount = 0
    var nanCount = 0
    var infiniteCount = 0
    var trueCount = 0

    mutating func add(_ value: Double) {
      if value.isNaN {
        nanCount += 1
        return
      }
      if value.isInfinite {
        infiniteCount += 1
        return
      }
      finiteCount += 1
      sum += value
      least = min(least, value)
      greatest = max(greatest, value)
    }
  }

  private static func figures(_ tensor: Tensor) throws -> Figures {
    var figures = Figures()
    try GradientMode.with(false) {
      try tensor.withBytes { bytes in
        let all = 0..<tensor.elementCount
        switch tensor.dtype {
        case .float32: for i in all { figures.add(Double(load(bytes, i, as: Float.self))) }
        case .float64: for i in all { figures.add(load(bytes, i, as: Double.self)) }
        case .int64: for i in all { figures.add(Double(load(bytes, i, as: Int64.self))) }
        case .uint8: for i in all { figures.add(Double(bytes[i])) }
        case .bool: for i in all { figures.trueCount += bytes[i] == 0 ? 0 : 1 }
        }
      }
    }
    return figures
  }

  private static func load<Element>(
    _ bytes: UnsafeRawBufferPointer, _ position: Int, as type: Element.Type
  ) -> Element {
    bytes.load(fromByteOffset: position * MemoryLayout<Element>.stride, as: type)
  }

  /// Four significant digits; whole numbers as they are.
  private static func number(_ value: Double, isWhole: Bool = false) -> String {
    if isWhole, value.magnitude < 1e15 { return "\(Int64(value))" }
    if value == 0 { return "0" }
    let exponent = Int(log10(value.magnitude).rounded(.down))
    guard (-4..<7).contains(exponent) else { return text("%.*e", 3, value) }
    var digits = text("%.*f", Int32(max(0, 3 - exponent)), value)
    while digits.contains("."), digits.last == "0" || digits.last == "." {
      let isPoint = digits.removeLast() == "."
      if isPoint { break }
    }
    return digits
  }

  private static func text(_ format: String, _ precision: Int32, _ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 64)
    let length = withVaList([precision, value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
