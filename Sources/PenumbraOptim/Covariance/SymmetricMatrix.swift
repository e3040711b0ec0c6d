/// A covariance matrix with the factors that its functions need, made once.

internal import PenumbraTensor

/// A symmetric positive semi-definite matrix in float64.
final class SymmetricMatrix {
  let values: Tensor
  private var decomposition: (values: [Double], vectors: Tensor)?
  private var factor: Tensor??

  init(_ values: Tensor) { self.values = values }

  /// Eigenvalues, ascending, and eigenvectors as columns. O(p³), once.
  func eigen() throws -> (values: [Double], vectors: Tensor) {
    if let decomposition { return decomposition }
    let (values, vectors) = try values.symmetricEigen()
    decomposition = (try values.doubles(), vectors)
    return (try values.doubles(), vectors)
  }

  /// f(A) v; v: [p, columns]. Any root for `root`.
  func apply(_ function: SpectralFunction, to vectors: Tensor) throws -> Tensor {
    switch function {
    case .scaled(let c): return try values.matmul(vectors).mul(c)
    case .root(let c):
      if let lower = cholesky() { return try lower.matmul(vectors).mul(c.squareRoot()) }
    case .damping, .remainder: break
    }
    let (spectrum, basis) = try eigen()
    let scales = try Tensor(spectrum.map { function($0) }, Shape(spectrum.count), dtype: .float64)
    return try basis.matmul(basis.transpose(0, 1).matmul(vectors).mul(scales.unsqueeze(1)))
  }

  /// L with L Lᵀ = A, nil where the matrix is not positive definite.
  private func cholesky() -> Tensor? {
    if let factor { return factor }
    let found = try? values.cholesky()
    factor = .some(found)
    return found
  }
}
