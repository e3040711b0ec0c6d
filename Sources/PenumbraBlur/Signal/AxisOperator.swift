/// Filters that are a matrix along each axis, whatever their strength.

internal import PenumbraTensor

/// A matrix A_σ of n × n for each σ and each length n of an axis.
protocol AxisOperator: Sendable {
  /// A_σ, float64 [n, n].
  func matrix(_ sigma: Double, _ n: Int) throws -> Tensor

  /// A_σ x along a dimension for σ [a, b] of the first two dimensions' indices; derivatives flow to both.
  func apply(_ x: Tensor, _ dimension: Int, _ sigma: Tensor) throws -> Tensor
}

/// σ², held where it would overflow: no axis is that long.
enum AxisVariance {
  private static let greatest = 1e150

  static func of(_ sigma: Double) -> Double {
    let sigma = min(sigma, greatest)
    return sigma * sigma
  }

  static func of(_ sigma: Tensor) throws -> Tensor { try sigma.clamp(maximum: greatest).square() }
}

extension Tensor {
  /// A x along a dimension. matrix: [n, n], or [a, b, n, n] for the indices of the first two dimensions,
  /// a and b 1 or those dimensions' extents.
  func multiplied(by matrix: Tensor, along dimension: Int) throws -> Tensor {
    let n = shape[dimension]
    if dimension == rank - 1 {
      guard matrix.rank > 2 else { return try matmul(matrix.transpose(0, 1)) }
      let rows = shape[2..<dimension]
      let flat = try reshape(Shape([shape[0], shape[1], rows, n]))
      return try flat.matmul(matrix.transpose(2, 3)).reshape(shape)
    }
    let (rows, inner) = (shape[2..<dimension], shape[(dimension + 1)..<rank])
    let lines = try reshape(Shape([shape[0], shape[1], rows, n, inner]))
    let weights = matrix.rank > 2 ? try matrix.unsqueeze(2) : matrix
    return try weights.matmul(lines).reshape(shape)
  }
}

extension Dimensions {
  /// The product of a range of extents.
  fileprivate subscript(range: Range<Int>) -> Int { range.reduce(1) { $0 * self[$1] } }
}
