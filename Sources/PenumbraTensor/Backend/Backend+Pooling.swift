/// Pooling: loops over windows of contiguous planes.

/// The windows of each of three dimensions.
typealias PoolingSpans = ([PoolingSpan], [PoolingSpan], [PoolingSpan])

extension Backend {
  /// values = the greatest of each window, indices = its place in the plane. No window is empty.
  static func maxPool(
    _ spans: PoolingSpans, _ window: PoolingWindow, _ x: Tensor, into values: Tensor,
    _ indices: Tensor
  ) throws {
    let loop = PoolingLoop(spans, window.input, planes: x.elementCount / window.input.elementCount)
    let places = indices.int64s
    switch x.dtype {
    case .float32: try loop.greatest(x.floats, values.floats, places) { $0.isNaN }
    case .float64: try loop.greatest(x.doublesPointer, values.doublesPointer, places) { $0.isNaN }
    case .int64: try loop.greatest(x.int64s, values.int64s, places) { _ in false }
    case .uint8, .bool: try loop.greatest(x.bytes, values.bytes, places) { _ in false }
    }
  }

  /// y = the sum of each window / its size, or / `divisor`.
  static func averagePool(_ window: PoolingWindow, _ divisor: Int?, _ x: Tensor, into y: Tensor)
    throws
  {
    let loop = PoolingLoop(window, planes: x.elementCount / window.input.elementCount)
    switch x.dtype {
    case .float32: try loop.means(x.floats, y.floats, divisor)
    default: try loop.means(x.doublesPointer, y.doublesPointer, divisor)
    }
  }

  /// x += the adjoint of `averagePool`, applied to y.
  static func averagePoolAdjoint(
    _ window: PoolingWindow, _ divisor: Int?, _ y: Tensor, into x: Tensor
  ) throws {
    let loop = PoolingLoop(window, planes: x.elementCount / window.input.elementCount)
    switch x.dtype {
    case .float32: try loop.spread(y.floats, x.floats, divisor)
    default: try loop.spread(y.doublesPointer, x.doublesPointer, divisor)
    }
  }

  /// y[plane, places[plane, i]] += x[plane, i]
  static func scatterPlanes(_ x: Tensor, _ places: Tensor, into y: Tensor, _ dimensions: Int) {
    forEachPlane(places, y, dimensions) { element, base in
      let target = base + Int(places.int64s[element])
      switch x.dtype {
      case .float32: y.floats[target] += x.floats[element]
      default: y.doublesPointer[target] += x.doublesPointer[element]
      }
    }
  }

  /// y[plane, i] = x[plane, places[plane, i]]
  static func gatherPlanes(_ x: Tensor, _ places: Tensor, into y: Tensor, _ dimensions: Int) {
    forEachPlane(places, x, dimensions) { element, base in
      let source = base + Int(places.int64s[element])
      switch x.dtype {
      case .float32: y.floats[element] = x.floats[source]
      default: y.doublesPointer[element] = x.doublesPointer[source]
      }
    }
  }

  /// Calls `body` with each element of `places` and the start of its plane in `image`.
  @inline(__always)
  private static func forEachPlane(
    _ places: Tensor, _ image: Tensor, _ dimensions: Int, _ body: (Int, Int) -> Void
  ) {
    if places.elementCount == 0 { return }
    var planes = 1
    for index in 0..<(places.rank - dimensions) { planes *= places.shape[index] }
    let (count, size) = (places.elementCount / planes, image.elementCount / planes)
    for plane in 0..<planes {
      for index in 0..<count { body(plane * count + index, plane * size) }
    }
  }
}

/// Walks all windows of all planes.
private struct PoolingLoop {
  private let spans: PoolingSpans
  private let input: Shape
  private let planes: Int

  /// Elements that are read without looking for an interruption.
  private static let patience = 1 << 20

  init(_ spans: PoolingSpans, _ input: Shape, planes: Int) {
    (self.spans, self.input, self.planes) = (spans, input, planes)
  }

  init(_ window: PoolingWindow, planes: Int) {
    self.init((window.spans(0), window.spans(1), window.spans(2)), window.input, planes: planes)
  }

  /// Calls `body` with each output's number, its plane's start in the input, and its window.
  @inline(__always)
  private func forEachWindow(
    _ body: (Int, Int, PoolingSpan, PoolingSpan, PoolingSpan) -> Void
  ) throws {
    let rowCost = spans.2.reduce(0) { $0 + $1.count }
    var output = 0
    for plane in 0..<planes {
      let base = plane * input.elementCount
      for z in spans.0 {
        for y in spans.1 {
          try Interruption.check("pool")
          // A row of large windows takes long enough to be asked again.
          let isLong = rowCost > PoolingLoop.patience / (z.count * y.count)
          for x in spans.2 {
            if isLong { try Interruption.check("pool") }
            body(output, base, z, y, x)
            output += 1
          }
        }
      }
    }
  }

  /// Calls `body` with each place of a window within its plane.
  @inline(__always)
  private func forEachPlace(
    _ z: PoolingSpan, _ y: PoolingSpan, _ x: PoolingSpan, _ body: (Int) -> Void
  ) {
    let (height, width) = (input[1], input[2])
    var depth = z.start
    while depth < z.end {
      var row = y.start
      while row < y.end {
        let start = (depth * height + row) * width
        var column = x.start
        while column < x.end {
          body(start + column)
          column += x.step
        }
        row += y.step
      }
      depth += z.step
    }
  }

  @inline(__always)
  func greatest<Element: Comparable>(
    _ input: UnsafePointer<Element>, _ values: UnsafeMutablePointer<Element>,
    _ places: UnsafeMutablePointer<Int64>, _ isNaN: (Element) -> Bool
  ) throws {
    try forEachWindow { output, base, z, y, x in
      let plane = input + base
      var place = (z.start * self.input[1] + y.start) * self.input[2] + x.start
      var best = plane[place]
      forEachPlace(z, y, x) { candidate in
        let value = plane[candidate]
        // Mostly one comparison; it fails for NaN, too.
        if value <= best { return }
        if value > best || isNaN(value) { (best, place) = (value, candidate) }
      }
      values[output] = best
      places[output] = Int64(place)
    }
  }

  @inline(__always)
  func means<Element: BinaryFloatingPoint & SIMDScalar>(
    _ input: UnsafePointer<Element>, _ means: UnsafeMutablePointer<Element>, _ divisor: Int?
  ) throws {
    try forEachWindow { output, base, z, y, x in
      let plane = input + base
      var sum: Element = 0
      if x.count < 16 {
        forEachPlace(z, y, x) { sum += plane[$0] }
      } else {
        let row = PoolingSpan(start: x.start, end: x.start + 1, size: 1)
        forEachPlace(z, y, row) { sum += PoolingLoop.sum(plane + $0, x.count) }
      }
      means[output] =
        sum / Element(divisor.map(Double.init) ?? Double(z.size) * Double(y.size) * Double(x.size))
    }
  }

  /// The sum of neighbours, in eight parts. Windows of means have step 1.
  @inline(__always)
  private static func sum<Element: BinaryFloatingPoint & SIMDScalar>(
    _ values: UnsafePointer<Element>, _ count: Int
  ) -> Element {
    var parts = SIMD8<Element>(repeating: 0)
    let whole = count / 8 * 8
    for index in stride(from: 0, to: whole, by: 8) {
      for lane in 0..<8 { parts[lane] += values[index + lane] }
    }
    var sum: Element = 0
    for lane in 0..<8 { sum += parts[lane] }
    for index in whole..<count { sum += values[index] }
    return sum
  }

  @inline(__always)
  func spread<Element: BinaryFloatingPoint>(
    _ means: UnsafePointer<Element>, _ target: UnsafeMutablePointer<Element>, _ divisor: Int?
  ) throws {
    try forEachWindow { output, base, z, y, x in
      let plane = target + base
      let share =
        means[output]
        / Element(divisor.map(Double.init) ?? Double(z.size) * Double(y.size) * Double(x.size))
      forEachPlace(z, y, x) { plane[$0] += share }
    }
  }
}
