/// Elementwise arithmetic over broadcast operands; results are contiguous.

internal import CKernels

typealias UnaryOp = pn_unary_op
typealias BinaryOp = pn_binary_op
typealias CompareOp = pn_compare_op

extension Backend {
  /// y = op(x), equal shapes; dtype of y is that of x.
  static func unary(_ op: UnaryOp, _ x: Tensor, into y: Tensor) {
    if y.elementCount == 0 { return }
    StridedLoop(y.shape, y.strides, x.strides).forEachRun { run in
      let (n, sx) = (Int64(run.count), Int64(run.strides.1))
      let (oy, ox) = (run.offsets.0, run.offsets.1)
      switch x.dtype {
      case .float32: pn_unary_f32(op, n, x.floats + ox, sx, y.floats + oy)
      case .float64: pn_unary_f64(op, n, x.doublesPointer + ox, sx, y.doublesPointer + oy)
      default: pn_unary_i64(op, n, x.int64s + ox, sx, y.int64s + oy)
      }
    }
  }

  /// y = NaN (0), finite (1) or infinite (2)?
  static func classify(_ kind: Int32, _ x: Tensor, into y: Tensor) {
    if y.elementCount == 0 { return }
    StridedLoop(y.shape, y.strides, x.strides).forEachRun { run in
      let (n, sx) = (Int64(run.count), Int64(run.strides.1))
      let (oy, ox) = (run.offsets.0, run.offsets.1)
      switch x.dtype {
      case .float32: pn_classify_f32(kind, n, x.floats + ox, sx, y.bytes + oy)
      default: pn_classify_f64(kind, n, x.doublesPointer + ox, sx, y.bytes + oy)
      }
    }
  }

  /// y = a op b; a and b are of y's dtype and broadcast to its shape. y is contiguous, and either
  /// operand may be y itself.
  ///
  /// - Throws: `TensorError` for an integer division by zero.
  static func binary(_ op: BinaryOp, _ a: Tensor, _ b: Tensor, into y: Tensor, _ name: StaticString)
    throws
  {
    if y.elementCount == 0 { return }
    if a.isContiguous, b.isContiguous, a.shape == y.shape, b.shape == y.shape {
      return try binaryRun(
        op, a, b, y, .init(count: y.elementCount, strides: (1, 1, 1, 0)), name)
    }
    let loop = StridedLoop(
      y.shape, y.strides, a.broadcastStrides(y.shape), b.broadcastStrides(y.shape))
    if y.dtype.isFloating, let rows = loop.rows { return binaryRows(op, a, b, y, rows, loop) }
    try loop.forEachRun { try binaryRun(op, a, b, y, $0, name) }
  }

  /// Many runs in one call, as where a vector is added to each row of a matrix; floats.
  private static func binaryRows(
    _ op: BinaryOp, _ a: Tensor, _ b: Tensor, _ y: Tensor,
    _ rows: (count: Int, strides: (Int, Int, Int)), _ loop: StridedLoop
  ) {
    let run = loop.firstRun
    let (count, n) = (Int64(rows.count), Int64(run.count))
    let (ra, rb) = (Int64(rows.strides.1), Int64(rows.strides.2))
    let (sa, sb) = (Int64(run.strides.1), Int64(run.strides.2))
    if y.dtype == .float32 {
      pn_binary_rows_f32(op, count, n, a.floats, ra, sa, b.floats, rb, sb, y.floats)
    } else {
      pn_binary_rows_f64(
        op, count, n, a.doublesPointer, ra, sa, b.doublesPointer, rb, sb, y.doublesPointer)
    }
  }

  @inline(__always)
  private static func binaryRun(
    _ op: BinaryOp, _ a: Tensor, _ b: Tensor, _ y: Tensor, _ run: StridedLoop.Run,
    _ name: StaticString
  ) throws {
    let (n, sa, sb) = (Int64(run.count), Int64(run.strides.1), Int64(run.strides.2))
    let (oy, oa, ob) = run.offsets3
    switch y.dtype {
    case .float32:
      pn_binary_f32(op, n, a.floats + oa, sa, b.floats + ob, sb, y.floats + oy)
    case .float64:
      pn_binary_f64(
        op, n, a.doublesPointer + oa, sa, b.doublesPointer + ob, sb, y.doublesPointer + oy)
    default:
      guard pn_binary_i64(op, n, a.int64s + oa, sa, b.int64s + ob, sb, y.int64s + oy) == 0 else {
        throw TensorError(.value, "\(name)", "integer division by zero")
      }
    }
  }

  /// y = a op b as booleans.
  static func compare(_ op: CompareOp, _ a: Tensor, _ b: Tensor, into y: Tensor) {
    if y.elementCount == 0 { return }
    let loop = StridedLoop(
      y.shape, y.strides, a.broadcastStrides(y.shape), b.broadcastStrides(y.shape))
    loop.forEachRun { run in
      let (n, sa, sb) = (Int64(run.count), Int64(run.strides.1), Int64(run.strides.2))
      let (oy, oa, ob) = run.offsets3
      switch a.dtype {
      case .float32: pn_compare_f32(op, n, a.floats + oa, sa, b.floats + ob, sb, y.bytes + oy)
      case .float64:
        pn_compare_f64(
          op, n, a.doublesPointer + oa, sa, b.doublesPointer + ob, sb, y.bytes + oy)
      default: pn_compare_i64(op, n, a.int64s + oa, sa, b.int64s + ob, sb, y.bytes + oy)
      }
    }
  }

  /// y = a and (0), or (1), xor (2) b, over booleans.
  static func logical(_ kind: Int32, _ a: Tensor, _ b: Tensor, into y: Tensor) {
    if y.elementCount == 0 { return }
    let loop = StridedLoop(
      y.shape, y.strides, a.broadcastStrides(y.shape), b.broadcastStrides(y.shape))
    loop.forEachRun { run in
      pn_logical(
        kind, Int64(run.count), a.bytes + run.offsets.1, Int64(run.strides.1),
        b.bytes + run.offsets.2, Int64(run.strides.2), y.bytes + run.offsets.0)
    }
  }

  /// y = c ? a : b; a and b are of y's dtype.
  static func select(_ c: Tensor, _ a: Tensor, _ b: Tensor, into y: Tensor) {
    if y.elementCount == 0 { return }
    let size = y.dtype.byteCount
    let loop = StridedLoop(
      y.shape, y.strides, c.broadcastStrides(y.shape), a.broadcastStrides(y.shape),
      b.broadcastStrides(y.shape))
    loop.forEachRun { run in
      let (oy, oc, oa, ob) = run.offsets
      pn_where(
        Int32(size), Int64(run.count), c.bytes + oc, Int64(run.strides.1), a.address + oa * size,
        Int64(run.strides.2), b.address + ob * size, Int64(run.strides.3), y.address + oy * size)
    }
  }

  /// y = scale x + shift; contiguous floats.
  static func affine(_ scale: Double, _ shift: Double, _ x: Tensor, into y: Tensor) {
    let n = Int64(x.elementCount)
    switch x.dtype {
    case .float32: pn_affine_f32(n, Float(scale), Float(shift), x.floats, y.floats)
    default: pn_affine_f64(n, scale, shift, x.doublesPointer, y.doublesPointer)
    }
  }
}

extension Backend {
  /// y += scale x; contiguous floats.
  static func axpy(_ scale: Double, _ x: Tensor, into y: Tensor) {
    let n = Int64(x.elementCount)
    switch x.dtype {
    case .float32: pn_axpy_f32(n, Float(scale), x.floats, y.floats)
    default: pn_axpy_f64(n, scale, x.doublesPointer, y.doublesPointer)
    }
  }
}

extension StridedLoop.Run {
  @inline(__always)
  fileprivate var offsets3: (Int, Int, Int) { (offsets.0, offsets.1, offsets.2) }
}

extension Tensor {
  /// Strides that repeat this tensor over `target`, to which its shape broadcasts.
  @inline(__always)
  func broadcastStrides(_ target: Shape) -> Strides {
    if shape == target { return strides }
    var result = Strides(repeating: 0, rank: target.rank)
    let shift = target.rank - rank
    for index in 0..<rank where shape[index] != 1 { result[index + shift] = strides[index] }
    return result
  }
}
