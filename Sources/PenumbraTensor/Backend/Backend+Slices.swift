/// Moving and combining slices of tensors at given positions.

internal import CKernels

/// A contiguous tensor as [outer, extent, inner], seen from the dimension that positions count in.
struct SliceLayout {
  let outer: Int
  let extent: Int
  let inner: Int

  /// The dimension `axis` of a shape.
  init(_ shape: Shape, _ axis: Int) { self.init(shape, axis..<(axis + 1)) }

  /// Neighbouring dimensions of a shape as one.
  init(_ shape: Shape, _ axes: Range<Int>) {
    func product(_ range: Range<Int>) -> Int { range.reduce(1) { $0 &* shape[$1] } }
    (outer, extent) = (product(0..<axes.lowerBound), product(axes))
    inner = product(axes.upperBound..<shape.rank)
  }

  /// All elements in row-major order.
  init(flat count: Int) { (outer, extent, inner) = (1, count, 1) }
}

/// How a slice that comes meets one that is there.
enum SliceCombination {
  case sum, product, maximum, minimum
}

extension Backend {
  /// y[o, i, :] = x[o, index[i], :]; contiguous, indices valid.
  static func gatherSlices(_ x: Tensor, _ index: Tensor, _ layout: SliceLayout, into y: Tensor) {
    if y.elementCount == 0 { return }
    let (count, bytes) = (index.elementCount, layout.inner * y.dtype.byteCount)
    for block in 0..<layout.outer {
      pn_gather_rows(
        Int64(count), Int64(bytes), x.address + block * layout.extent * bytes, index.int64s,
        y.address + block * count * bytes)
    }
  }

  /// y[o, index[i], :] = x[o, i, :], later ones over earlier ones; contiguous, indices valid.
  static func putSlices(_ x: Tensor, _ index: Tensor, _ layout: SliceLayout, into y: Tensor) {
    if x.elementCount == 0 { return }
    switch y.dtype {
    case .float32: combine(x.floats, index, layout, y.floats) { _, new in new }
    case .float64, .int64: combine(x.int64s, index, layout, y.int64s) { _, new in new }
    case .uint8, .bool: combine(x.bytes, index, layout, y.bytes) { _, new in new }
    }
  }

  /// y[o, index[i], :] = value; contiguous, indices valid.
  static func fillSlices(_ y: Tensor, _ value: Double, _ index: Tensor, _ layout: SliceLayout) {
    if y.elementCount == 0 { return }
    let (positions, bytes) = (index.int64s, layout.inner * y.dtype.byteCount)
    for block in 0..<layout.outer {
      let start = y.address + block * layout.extent * bytes
      for element in 0..<index.elementCount {
        pn_fill(
          Int64(layout.inner), y.dtype.kernelType, start + Int(positions[element]) * bytes, 1, value
        )
      }
    }
  }

  /// y[o, index[i], :] = y[o, index[i], :] combined with x[o, i, :]; contiguous, indices valid.
  /// NaN stays; integers wrap around, and a sum of booleans is their "or".
  static func combineSlices(
    _ how: SliceCombination, _ x: Tensor, _ index: Tensor, _ layout: SliceLayout, into y: Tensor
  ) {
    if x.elementCount == 0 { return }
    switch y.dtype {
    case .float32: combineFloats(how, x.floats, index, layout, y.floats)
    case .float64: combineFloats(how, x.doublesPointer, index, layout, y.doublesPointer)
    case .int64: combineIntegers(how, x.int64s, index, layout, y.int64s)
    case .uint8: combineIntegers(how, x.bytes, index, layout, y.bytes)
    case .bool:
      let isOr = how == .sum || how == .maximum
      combine(x.bytes, index, layout, y.bytes) { isOr ? $0 | $1 : $0 & $1 }
    }
  }

  /// y += x, for any strides and equal shapes of one dtype. Where places of y share memory, all that
  /// is added there counts.
  static func add(_ x: Tensor, into y: Tensor) {
    if y.elementCount == 0 { return }
    StridedLoop(y.shape, y.strides, x.strides).forEachRun { run in
      switch y.dtype {
      case .float32: accumulate(x.floats, y.floats, run) { $0 + $1 }
      case .float64: accumulate(x.doublesPointer, y.doublesPointer, run) { $0 + $1 }
      case .int64: accumulate(x.int64s, y.int64s, run) { $0 &+ $1 }
      case .uint8: accumulate(x.bytes, y.bytes, run) { $0 &+ $1 }
      case .bool: accumulate(x.bytes, y.bytes, run) { $0 | $1 }
      }
    }
  }

  @inline(__always)
  private static func accumulate<Element>(
    _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>,
    _ run: StridedLoop.Run, _ sum: (Element, Element) -> Element
  ) {
    let (to, from) = (y + run.offsets.0, x + run.offsets.1)
    if run.strides.0 == 1, run.strides.1 == 1 {
      for index in 0..<run.count { to[index] = sum(to[index], from[index]) }
    } else {
      for index in 0..<run.count {
        let place = index * run.strides.0
        to[place] = sum(to[place], from[index * run.strides.1])
      }
    }
  }

  private static func combineFloats<Element: FloatingPoint>(
    _ how: SliceCombination, _ x: UnsafeMutablePointer<Element>, _ index: Tensor,
    _ layout: SliceLayout, _ y: UnsafeMutablePointer<Element>
  ) {
    switch how {
    case .sum: combine(x, index, layout, y) { $0 + $1 }
    case .product: combine(x, index, layout, y) { $0 * $1 }
    case .maximum: combine(x, index, layout, y) { $0 > $1 || $0.isNaN ? $0 : $1 }
    case .minimum: combine(x, index, layout, y) { $0 < $1 || $0.isNaN ? $0 : $1 }
    }
  }

  private static func combineIntegers<Element: FixedWidthInteger>(
    _ how: SliceCombination, _ x: UnsafeMutablePointer<Element>, _ index: Tensor,
    _ layout: SliceLayout, _ y: UnsafeMutablePointer<Element>
  ) {
    switch how {
    case .sum: combine(x, index, layout, y) { $0 &+ $1 }
    case .product: combine(x, index, layout, y) { $0 &* $1 }
    case .maximum: combine(x, index, layout, y) { max($0, $1) }
    case .minimum: combine(x, index, layout, y) { min($0, $1) }
    }
  }

  @inline(__always)
  private static func combine<Element>(
    _ x: UnsafeMutablePointer<Element>, _ index: Tensor, _ layout: SliceLayout,
    _ y: UnsafeMutablePointer<Element>, _ result: (_ old: Element, _ new: Element) -> Element
  ) {
    let (count, inner, positions) = (index.elementCount, layout.inner, index.int64s)
    for block in 0..<layout.outer {
      let (from, to) = (x + block * count * inner, y + block * layout.extent * inner)
      for element in 0..<count {
        let (source, target) = (from + element * inner, to + Int(positions[element]) * inner)
        for offset in 0..<inner { target[offset] = result(target[offset], source[offset]) }
      }
    }
  }
}
