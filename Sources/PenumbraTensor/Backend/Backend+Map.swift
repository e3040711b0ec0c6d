/// Functions of one or two numbers over whole tensors, for those without a vector loop.
///
/// They are computed in double precision, which leaves float32 no error but its own rounding.

extension Backend {
  /// y = f(x), equal shapes and float dtypes.
  static func map(_ x: Tensor, into y: Tensor, _ function: (Double) -> Double) {
    if y.elementCount == 0 { return }
    StridedLoop(y.shape, y.strides, x.strides).forEachRun { run in
      let (offsetY, offsetX) = (run.offsets.0, run.offsets.1)
      switch x.dtype {
      case .float32:
        each(x.floats + offsetX, run.strides.1, run.count, y.floats + offsetY) {
          Float(function(Double($0)))
        }
      default:
        each(
          x.doublesPointer + offsetX, run.strides.1, run.count, y.doublesPointer + offsetY, function
        )
      }
    }
  }

  /// y = f(a, b), of one float dtype; a and b broadcast to y's shape.
  static func map(
    _ a: Tensor, _ b: Tensor, into y: Tensor, _ function: (Double, Double) -> Double
  ) {
    if y.elementCount == 0 { return }
    pairs(a, b, y) { run in
      switch y.dtype {
      case .float32:
        each(a.floats, b.floats, run, y.floats) { Float(function(Double($0), Double($1))) }
      default: each(a.doublesPointer, b.doublesPointer, run, y.doublesPointer, function)
      }
    }
  }

  /// y = f(a, b), all int64; a and b broadcast to y's shape.
  static func mapIntegers(
    _ a: Tensor, _ b: Tensor, into y: Tensor, _ function: (Int64, Int64) -> Int64
  ) {
    if y.elementCount == 0 { return }
    pairs(a, b, y) { each(a.int64s, b.int64s, $0, y.int64s, function) }
  }

  @inline(__always)
  private static func pairs(
    _ a: Tensor, _ b: Tensor, _ y: Tensor, _ body: (StridedLoop.Run) -> Void
  ) {
    StridedLoop(y.shape, y.strides, a.broadcastStrides(y.shape), b.broadcastStrides(y.shape))
      .forEachRun(body)
  }

  @inline(__always)
  private static func each<Element>(
    _ x: UnsafePointer<Element>, _ step: Int, _ count: Int, _ y: UnsafeMutablePointer<Element>,
    _ function: (Element) -> Element
  ) {
    for index in 0..<count { y[index] = function(x[index * step]) }
  }

  @inline(__always)
  private static func each<Element>(
    _ a: UnsafePointer<Element>, _ b: UnsafePointer<Element>, _ run: StridedLoop.Run,
    _ y: UnsafeMutablePointer<Element>, _ function: (Element, Element) -> Element
  ) {
    let (left, right, target) = (a + run.offsets.1, b + run.offsets.2, y + run.offsets.0)
    for index in 0..<run.count {
      target[index] = function(left[index * run.strides.1], right[index * run.strides.2])
    }
  }
}
