/// The norm of vectors or of matrices, as the order and the dimensions say.

/// Which norm `generalNorm` takes.
public enum NormOrder: Sendable, Equatable {
  /// (Σ |x|^p)^(1/p) of a vector; of a matrix, p = ±1, ±2 or ±∞.
  case number(Double)
  /// √Σ a² of a matrix
  case frobenius
  /// Σ of a matrix's singular values
  case nuclear

  /// The norm of a matrix; nil where there is none.
  public var ofMatrices: MatrixOrder? {
    switch self {
    case .frobenius: .frobenius
    case .nuclear: .nuclear
    case .number(let p):
      switch p.magnitude {
      case 1: .one(smallest: p < 0)
      case 2: .two(smallest: p < 0)
      case .infinity: .infinity(smallest: p < 0)
      default: nil
      }
    }
  }
}

extension Tensor {
  /// The norm over one dimension as vectors', over two as matrices'. Without dimensions those are all of
  /// a vector or matrix; without an order too, it is √Σ x² over whatever dimensions.
  ///
  /// - Throws: `TensorError` where the order does not fit the number of dimensions.
  public func generalNorm(
    _ order: NormOrder? = nil, _ dimensions: [Int]? = nil, keepDimensions: Bool = false
  ) throws -> Tensor {
    guard let order else { return try norm(dimensions, keepDimensions: keepDimensions) }
    let count = dimensions?.count ?? rank
    switch (order, count) {
    case (.number(let p), 1):
      return try norm(dimensions, order: p, keepDimensions: keepDimensions)
    case (_, 2):
      guard let order = order.ofMatrices else { break }
      return try matrixNorm(
        order, rows: dimensions?[0] ?? -2, columns: dimensions?[1] ?? -1,
        keepDimensions: keepDimensions)
    default: break
    }
    throw TensorError(
      .value, "norm", argument: "ord",
      expected: "a number for one dimension; \"fro\", \"nuc\", ±1, ±2 or ±math.huge for two",
      got: "\(order) for \(count)")
  }
}
