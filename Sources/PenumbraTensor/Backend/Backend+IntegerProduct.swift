/// Matrix products of integers, which no library offers; sums wrap around as those of add do.

extension Backend {
  /// c = a b at element offsets; a: [m, k], b: [k, n], c: [m, n] row-major, int64 or uint8.
  static func integerProduct(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: Tensor, offsets: (a: Int, b: Int, c: Int),
    m: Int, n: Int, k: Int
  ) throws {
    if c.dtype == .int64 {
      try product(
        a, b, a.tensor.int64s + offsets.a, b.tensor.int64s + offsets.b, c.int64s + offsets.c,
        m, n, k)
    } else {
      try product(
        a, b, a.tensor.bytes + offsets.a, b.tensor.bytes + offsets.b, c.bytes + offsets.c, m, n, k)
    }
  }

  @inline(__always)
  private static func product<Element: FixedWidthInteger>(
    _ a: MatrixOperand, _ b: MatrixOperand, _ x: UnsafePointer<Element>,
    _ y: UnsafePointer<Element>, _ z: UnsafeMutablePointer<Element>, _ m: Int, _ n: Int, _ k: Int
  ) throws {
    let (rowX, columnX) = a.isTransposed ? (1, a.leading) : (a.leading, 1)
    let (rowY, columnY) = b.isTransposed ? (1, b.leading) : (b.leading, 1)
    for row in 0..<m {
      try Interruption.check("matmul")
      let target = z + row * n
      for column in 0..<n { target[column] = 0 }
      for inner in 0..<k {
        let factor = x[row * rowX + inner * columnX]
        let source = y + inner * rowY
        for column in 0..<n { target[column] &+= factor &* source[column &* columnY] }
      }
    }
  }
}
