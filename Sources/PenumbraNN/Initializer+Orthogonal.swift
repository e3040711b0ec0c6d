/// Random orthogonal matrices.

internal import PenumbraTensor

extension Initializer {
  /// Gain times a matrix with orthonormal rows (or columns, if those are fewer), uniform among all
  /// of them. A weight [out, in, ...] is taken as [out, in · ...]. Saxe, McClelland & Ganguli
  /// (2014).
  ///
  /// Cost: O(rows² · columns) for the shorter side as rows.
  public static func orthogonal(gain: Double = 1) -> Initializer {
    Initializer("orthogonal") { shape, dtype, generator in
      guard shape.rank >= 2, shape.elementCount > 0 else {
        throw TensorError(
          .shape, "orthogonal", expected: "at least two dimensions, none empty", got: "\(shape)")
      }
      let (rows, columns) = (shape[0], shape.elementCount / shape[0])
      let (few, many) = (min(rows, columns), max(rows, columns))
      var matrix = try generator.normal([few, many], dtype: .float64).doubles()
      orthonormalizeRows(&matrix, few, many)
      var result = try Tensor(matrix, [few, many], dtype: .float64)
      if rows > columns { result = try result.transpose(0, 1) }
      return try result.mul(gain).reshape(shape).to(dtype)
    }
  }

  /// Gram–Schmidt, each row twice: once leaves errors in proportion to the condition number, twice
  /// leaves rounding errors ("twice is enough", Kahan).
  private static func orthonormalizeRows(_ matrix: inout [Double], _ rows: Int, _ columns: Int) {
    matrix.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      for index in 0..<rows {
        let row = start + index * columns
        for _ in 0..<2 {
          for other in 0..<index {
            let before = start + other * columns
            add(-dot(before, row, columns), before, row, columns)
          }
        }
        let norm = dot(row, row, columns).squareRoot()
        for column in 0..<columns { row[column] /= norm }
      }
    }
  }

  private static func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    // Eight partial sums, so that the loop can be vectorised.
    var (sums, index) = (SIMD8<Double>(), 0)
    while index + 8 <= count {
      sums += load(a + index) * load(b + index)
      index += 8
    }
    var sum = sums.sum()
    for rest in index..<count { sum += a[rest] * b[rest] }
    return sum
  }

  private static func load(_ pointer: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Double>.self)
  }

  /// y += scale · x
  private static func add(
    _ scale: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for index in 0..<count { y[index] += scale * x[index] }
  }
}
