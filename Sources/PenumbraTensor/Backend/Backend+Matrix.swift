/// Matrix products: oneDNN or OpenBLAS for float32, OpenBLAS for float64, loops for integers.

internal import COneDNN
internal import COpenBLAS

/// A matrix as BLAS sees it: a pointer, a leading dimension, maybe transposed.
struct MatrixOperand {
  let tensor: Tensor
  let isTransposed: Bool
  let leading: Int

  /// A matrix whose place in the tensor's memory the caller knows.
  init(tensor: Tensor, isTransposed: Bool, leading: Int) {
    (self.tensor, self.isTransposed, self.leading) = (tensor, isTransposed, leading)
  }

  /// The last two dimensions of `x`; copies only where neither of them is contiguous.
  init(_ x: Tensor) throws {
    let rank = x.rank
    let (rows, columns) = (x.shape[rank - 2], x.shape[rank - 1])
    let (rowStride, columnStride) = (x.strides[rank - 2], x.strides[rank - 1])
    if columnStride == 1 || columns == 1, rowStride >= columns || rows == 1 {
      (tensor, isTransposed, leading) = (x, false, max(rows == 1 ? columns : rowStride, 1))
    } else if rowStride == 1 || rows == 1, columnStride >= rows || columns == 1 {
      (tensor, isTransposed, leading) = (x, true, max(columns == 1 ? rows : columnStride, 1))
    } else {
      (tensor, isTransposed, leading) = (try x.copied(), false, max(columns, 1))
    }
  }

  /// The same memory, read as the transposed matrix.
  var transposed: MatrixOperand {
    MatrixOperand(tensor: tensor, isTransposed: !isTransposed, leading: leading)
  }
}

extension Backend {
  /// c = a b + beta c for matrices at element offsets; a: [m, k], b: [k, n], c: [m, n] row-major.
  static func matrixProduct(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: Tensor,
    offsets: (a: Int, b: Int, c: Int) = (0, 0, 0),
    m: Int, n: Int, k: Int, beta: Double = 0
  ) throws {
    Profiler.count(flops: 2 * Double(m) * Double(n) * Double(k))
    if m == 1, n == 1, k > 512, beta == 0, c.dtype == .float32,
      max(a.leading, b.leading) <= Int32.max
    {
      c.floats[offsets.c] = longDotProduct(
        a.tensor.floats + offsets.a, a.isTransposed ? a.leading : 1,
        b.tensor.floats + offsets.b, b.isTransposed ? 1 : b.leading, count: k)
      return
    }
    if m == 0 || n == 0 { return }
    if !c.dtype.isFloating {
      return try integerProduct(a, b, into: c, offsets: offsets, m: m, n: n, k: k)
    }
    guard max(m, n, k, max(a.leading, b.leading)) <= Int32.max else {
      throw TensorError(.shape, "matmul", expected: "sides below 2^31", got: "[\(m), \(k), \(n)]")
    }
    let step = panelRows(m: m, n: n, k: k)
    if step >= m {
      return try product(a, b, into: c, offsets: offsets, m: m, n: n, k: k, beta: beta)
    }
    let rowA = a.isTransposed ? 1 : a.leading
    for row in stride(from: 0, to: m, by: step) {
      try Interruption.check("matmul")
      try product(
        a, b, into: c, offsets: (offsets.a + row * rowA, offsets.b, offsets.c + row * n),
        m: min(step, m - row), n: n, k: k, beta: beta)
    }
  }

  /// A product that takes longer is computed in panels, between which it can be interrupted: 2^33 flops
  /// take a core some tens of milliseconds. Where the cuts lie depends on the shape only.
  private static let panelFlops = 0x1p33

  /// The rows of a panel; all of them for most products.
  private static func panelRows(m: Int, n: Int, k: Int) -> Int {
    let row = 2 * Double(n) * Double(k)
    guard row * Double(m) > 2 * panelFlops else { return m }
    return max(16, Int(panelFlops / row) / 16 * 16)
  }

  /// A product of floats in one piece.
  private static func product(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: Tensor, offsets: (a: Int, b: Int, c: Int),
    m: Int, n: Int, k: Int, beta: Double
  ) throws {
    if c.dtype == .float32, beta == 0,
      reducedProduct(a, b, into: c, offsets: offsets, m: m, n: n, k: k)
    {
      return
    }
    if c.dtype == .float32, !prefersOpenBLAS(a, b, m: m, n: n, k: k) {
      return try oneDNNProduct(a, b, into: c, offsets: offsets, m: m, n: n, k: k, beta: beta)
    }
    openBLASProduct(a, b, into: c, offsets: offsets, m: m, n: n, k: k, beta: beta)
  }

  private static func oneDNNProduct(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: Tensor, offsets: (a: Int, b: Int, c: Int),
    m: Int, n: Int, k: Int, beta: Double
  ) throws {
    let status = dnnl_sgemm(
      a.isTransposed ? letterT : letterN, b.isTransposed ? letterT : letterN, dnnl_dim_t(m),
      dnnl_dim_t(n), dnnl_dim_t(k), 1, a.tensor.floats + offsets.a, dnnl_dim_t(a.leading),
      b.tensor.floats + offsets.b, dnnl_dim_t(b.leading), Float(beta), c.floats + offsets.c,
      dnnl_dim_t(n))
    guard status == dnnl_success else {
      throw TensorError(
        .memory, "matmul", "the matrix library failed with status \(status.rawValue)")
    }
  }

  /// Rows, or columns where there are more, are shared out to our threads: OpenBLAS's own would spin
  /// beside them.
  private static func openBLASProduct(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: Tensor, offsets: (a: Int, b: Int, c: Int),
    m: Int, n: Int, k: Int, beta: Double
  ) {
    serialBLAS
    let (rowA, columnB) = (a.isTransposed ? 1 : a.leading, b.isTransposed ? b.leading : 1)
    let sharesRows = m >= n
    let work = max(k, 1).multipliedReportingOverflow(by: min(m, n))
    let grain = max(64, (1 << 20) / (work.overflow ? Int.max : work.partialValue))
    inParts(of: max(m, n), grain: grain, unit: 16) { part in
      let (rows, columns) = sharesRows ? (part, 0..<n) : (0..<m, part)
      openBLASBlock(
        a, b, into: c,
        offsets: (
          offsets.a + rows.lowerBound * rowA, offsets.b + columns.lowerBound * columnB,
          offsets.c + rows.lowerBound * n + columns.lowerBound
        ), m: rows.count, n: columns.count, k: k, beta: beta, leading: n)
    }
  }

  private static func openBLASBlock(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: Tensor, offsets: (a: Int, b: Int, c: Int),
    m: Int, n: Int, k: Int, beta: Double, leading: Int
  ) {
    let (transA, transB) = (
      a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans
    )
    if c.dtype == .float32 {
      cblas_sgemm(
        CblasRowMajor, transA, transB, blasint(m), blasint(n), blasint(k), 1,
        a.tensor.floats + offsets.a, blasint(a.leading), b.tensor.floats + offsets.b,
        blasint(b.leading), Float(beta), c.floats + offsets.c, blasint(leading))
    } else {
      cblas_dgemm(
        CblasRowMajor, transA, transB, blasint(m), blasint(n), blasint(k), 1,
        a.tensor.doublesPointer + offsets.a, blasint(a.leading),
        b.tensor.doublesPointer + offsets.b, blasint(b.leading), beta,
        c.doublesPointer + offsets.c, blasint(leading))
    }
  }

  /// Σ x y of strided vectors, summed in double precision.
  private static func longDotProduct(
    _ x: UnsafePointer<Float>, _ stepX: Int, _ y: UnsafePointer<Float>, _ stepY: Int, count: Int
  ) -> Float {
    serialBLAS
    var total = 0.0
    for start in stride(from: 0, to: count, by: 1 << 20) {
      total += cblas_dsdot(
        blasint(min(1 << 20, count - start)), x + start * stepX, blasint(stepX),
        y + start * stepY, blasint(stepY))
    }
    return Float(total)
  }

  /// Whether OpenBLAS computes a float32 product faster than oneDNN 2.6.
  ///
  /// With AVX-512 oneDNN always wins. With AVX2 it wins too (90 to 100 against 80 to 88 GFLOP/s on a
  /// Zen 3 core), except where it reads an operand in place at a stride that falls into few sets of
  /// the cache (46 to 68 against 84). It packs the operands, which avoids that, unless a side is
  /// short. The choice depends on the machine and the shape only.
  private static func prefersOpenBLAS(
    _ a: MatrixOperand, _ b: MatrixOperand, m: Int, n: Int, k: Int
  ) -> Bool {
    guard !hasAVX512, !b.isTransposed, min(m, n, k) >= 32 else { return false }
    // oneDNN's own bound for packing.
    guard 1 / Double(m) + 1 / Double(n) >= 0.0038 else { return false }
    return b.leading % 512 == 0
      || (a.isTransposed && (a.leading % 512 == 0 || b.leading % 256 == 0))
  }

  private static let hasAVX512 =
    dnnl_get_effective_cpu_isa().rawValue & dnnl_cpu_isa_avx512_core.rawValue
    == dnnl_cpu_isa_avx512_core.rawValue
}

private let letterN = CChar(UInt8(ascii: "N"))
private let letterT = CChar(UInt8(ascii: "T"))
