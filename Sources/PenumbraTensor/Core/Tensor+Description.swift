/// Tensors as text, in PyTorch's manner: aligned columns, sensible digits, edges of large ones.

internal import Glibc

extension Tensor: CustomStringConvertible {
  /// For instance `tensor([[ 0.1000, -2.0000], [ 3.0000, 4.0000]], dtype=float64)`, a matrix row a line.
  ///
  /// More than 1000 elements are cut to the edges of each dimension, so the text is short whatever
  /// the shape; `PrintOptions` says otherwise. float32, int64 and bool are not named: their digits tell them apart.
  public var description: String {
    let printer = TensorPrinter(self)
    var text = "tensor(" + printer.body
    if elementCount == 0 || printer.isCut { text += ", size=\(shape)" }
    if elementCount == 0 ? dtype != .float32 : dtype == .float64 || dtype == .uint8 {
      text += ", dtype=\(dtype)"
    }
    if let operation = gradientFunction {
      text += ", grad_fn=<\(operation)>"
    } else if requiresGradient {
      text += ", requires_grad=true"
    }
    return text + ")"
  }
}

/// Lays out the elements of one tensor.
private struct TensorPrinter {
  private static let indent = "tensor(".count

  private let tensor: Tensor
  /// How many positions are shown at either end of a dimension that is cut.
  private let edge: Int
  private let format: NumberFormat
  private let options: PrintOptions

  /// Whether some dimension is cut.
  var isCut: Bool { edge < Int.max }

  init(_ tensor: Tensor) {
    self.tensor = tensor
    options = PrintOptions.current
    edge = TensorPrinter.edge(tensor.shape, tensor.elementCount, options)
    var shown: [String] = []
    var values: [Double] = []
    if tensor.elementCount > 0 {
      TensorPrinter.visit(tensor, 0, tensor.offset, edge) { place in
        if tensor.dtype.isFloating {
          values.append(tensor.number(at: place))
        } else {
          shown.append(tensor.integerText(at: place))
        }
      }
    }
    format =
      tensor.dtype.isFloating ? NumberFormat(values, options) : NumberFormat(texts: shown)
  }

  /// The wanted number of edge positions, or fewer where many dimensions would show thousands.
  private static func edge(_ shape: Shape, _ count: Int, _ options: PrintOptions) -> Int {
    if count <= options.threshold { return .max }
    var edge = options.edgeItems
    while edge > 1 {
      let shown = shape.array.reduce(1.0) { $0 * Double(min($1, 2 * edge)) }
      if shown <= Double(max(options.threshold, 1500)) { return edge }
      edge -= 1
    }
    return 1
  }

  /// Calls `body` with the storage position of each shown element.
  private static func visit(
    _ tensor: Tensor, _ dimension: Int, _ place: Int, _ edge: Int, _ body: (Int) -> Void
  ) {
    guard dimension < tensor.rank else { return body(place) }
    for index in shown(tensor.shape[dimension], edge) {
      guard let index else { continue }
      visit(tensor, dimension + 1, place + index * tensor.strides[dimension], edge, body)
    }
  }

  /// The shown indices of a dimension; nil stands for those left out.
  private static func shown(_ extent: Int, _ edge: Int) -> [Int?] {
    guard edge < Int.max, extent > 2 * edge else { return Array(0..<extent) }
    return Array(0..<edge) + [nil] + Array((extent - edge)..<extent)
  }

  /// The elements between their brackets.
  var body: String {
    if tensor.elementCount == 0 { return "[]" }
    return text(0, tensor.offset)
  }

  private func text(_ dimension: Int, _ place: Int) -> String {
    guard dimension < tensor.rank else { return element(place, isAlone: tensor.rank == 0) }
    let step = tensor.strides[dimension]
    let indices = TensorPrinter.shown(tensor.shape[dimension], edge)
    guard dimension < tensor.rank - 1 else { return row(indices, place, step, dimension) }
    let parts = indices.map { $0.map { text(dimension + 1, place + $0 * step) } ?? "..." }
    let breaks = String(repeating: "\n", count: tensor.rank - 1 - dimension)
    let margin = String(repeating: " ", count: TensorPrinter.indent + dimension + 1)
    return "[" + parts.joined(separator: "," + breaks + margin) + "]"
  }

  /// The last dimension, in lines of at most 80 characters.
  private func row(_ indices: [Int?], _ place: Int, _ step: Int, _ dimension: Int) -> String {
    let margin = TensorPrinter.indent + dimension + 1
    let perLine = max(1, (options.lineWidth - margin + 1) / (format.width + 2))
    var text = "["
    for (column, index) in indices.enumerated() {
      if column > 0 {
        text += column % perLine == 0 ? ",\n" + String(repeating: " ", count: margin) : ", "
      }
      text += index.map { element(place + $0 * step, isAlone: false) } ?? " ..."
    }
    return text + "]"
  }

  private func element(_ place: Int, isAlone: Bool) -> String {
    let text =
      tensor.dtype.isFloating
      ? format.text(tensor.number(at: place)) : tensor.integerText(at: place)
    return isAlone ? text : String(repeating: " ", count: max(0, format.width - text.count)) + text
  }
}

/// How to write a set of numbers so that they can be compared.
private struct NumberFormat {
  private enum Style { case whole, fixed, scientific }
  private var style = Style.whole
  private var precision = 0
  /// The width of the widest.
  private(set) var width = 1

  init(texts: [String]) { width = texts.map(\.count).max() ?? 0 }

  /// PyTorch's choice: whole numbers without decimals, else four decimals, and powers of ten where the
  /// magnitudes differ by more than 1000, exceed 10⁸ or fall below 10⁻⁴. Zeros, NaN and infinities
  /// have no say, nor in the width.
  init(_ values: [Double], _ options: PrintOptions) {
    precision = options.precision
    let decisive = values.filter { $0.isFinite && $0 != 0 }
    let sizes = decisive.map(\.magnitude)
    guard let smallest = sizes.min(), let greatest = sizes.max() else {
      if options.scientific == true { style = .scientific }
      return
    }
    let isWhole = sizes.allSatisfy { $0 == $0.rounded() }
    let isWide = greatest / smallest > 1000 || greatest > 1e8
    let isScientific = options.scientific ?? (isWide || (!isWhole && smallest < 1e-4))
    style = isScientific ? .scientific : isWhole ? .whole : .fixed
    width = decisive.map { text($0).count }.max() ?? 1
  }

  func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    switch style {
    case .whole: return formatted("%.*f.", 0, value)
    case .fixed: return formatted("%.*f", precision, value)
    case .scientific: return formatted("%.*e", precision, value)
    }
  }
}

/// C's printf for one number; the greatest double with all its options' decimals fits.
private func formatted(_ format: String, _ precision: Int, _ value: Double) -> String {
  var buffer = [CChar](repeating: 0, count: 384)
  let length = withVaList([Int32(precision), value]) {
    vsnprintf(&buffer, buffer.count, format, $0)
  }
  return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

extension Tensor {
  /// The floating element at a position of the storage.
  fileprivate func number(at place: Int) -> Double {
    let memory = storage.pointer
    return dtype == .float32
      ? Double(memory.load(fromByteOffset: place * 4, as: Float.self))
      : memory.load(fromByteOffset: place * 8, as: Double.self)
  }

  /// The integer or boolean element at a position of the storage.
  fileprivate func integerText(at place: Int) -> String {
    let memory = storage.pointer
    return switch dtype {
    case .int64: "\(memory.load(fromByteOffset: place * 8, as: Int64.self))"
    case .bool: memory.load(fromByteOffset: place, as: UInt8.self) == 0 ? "false" : "true"
    default: "\(memory.load(fromByteOffset: place, as: UInt8.self))"
    }
  }
}
