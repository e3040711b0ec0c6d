/// The discrete cosine transform as a matrix.

internal import PenumbraTensor

enum CosineTransform {
  /// The orthonormal DCT-II of n elements: D[k, i] = √((2 − δ_k)/n) cos(πk(2i + 1)/2n), float64 [n, n].
  ///
  /// Its rows are the eigenvectors of every filter with symmetric weights and a symmetric border (edges
  /// repeated).
  static func matrix(_ n: Int) throws -> Tensor {
    // Of the angles only 4n differ; reducing them as whole numbers keeps the last bit.
    let step = try Tensor(
      (0..<(4 * n)).map { Double($0) / Double(2 * n) }, [4 * n], dtype: .float64)
    let cosines = try step.mul(Double.pi).cos().doubles()
    let (first, others) = ((1 / Double(n)).squareRoot(), (2 / Double(n)).squareRoot())
    var values: [Double] = []
    values.reserveCapacity(n * n)
    for k in 0..<n {
      for i in 0..<n {
        values.append((k == 0 ? first : others) * cosines[k * (2 * i + 1) % (4 * n)])
      }
    }
    return try Tensor(values, [n, n], dtype: .float64)
  }
}
