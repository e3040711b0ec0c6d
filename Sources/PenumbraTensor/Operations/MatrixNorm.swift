/// Norms and condition numbers of matrices.

/// Which norm of a matrix.
public enum MatrixOrder: Sendable, Equatable {
  /// √Σ a²
  case frobenius
  /// Σ of the singular values
  case nuclear
  /// The greatest singular value, or the smallest.
  case two(smallest: Bool)
  /// The greatest sum of magnitudes in a column, or the smallest.
  case one(smallest: Bool)
  /// The greatest sum of magnitudes in a row, or the smallest.
  case infinity(smallest: Bool)
}

extension Tensor {
  /// A norm of the matrices in two dimensions, the last two by default.
  ///
  /// - Throws: `TensorError` where the norm looks for the greatest of nothing.
  public func matrixNorm(
    _ order: MatrixOrder = .frobenius, rows: Int = -2, columns: Int = -1,
    keepDimensions: Bool = false
  ) throws -> Tensor {
    try requireMatrices("matrix_norm")
    let axes = (try dimension(rows, "matrix_norm"), try dimension(columns, "matrix_norm"))
    guard axes.0 != axes.1 else {
      throw TensorError(
        .index, "matrix_norm", argument: "dim", expected: "two different dimensions",
        got: "\(axes.0 + 1) twice")
    }
    if order == .frobenius { return try norm([axes.0, axes.1], keepDimensions: keepDimensions) }
    let others = (0..<rank).filter { $0 != axes.0 && $0 != axes.1 }
    let result = try permute(others + [axes.0, axes.1]).lastMatrixNorm(order)
    guard keepDimensions else { return result }
    var target = shape
    (target[axes.0], target[axes.1]) = (1, 1)
    return try result.reshape(target)
  }

  private func lastMatrixNorm(_ order: MatrixOrder) throws -> Tensor {
    switch order {
    case .frobenius: try norm([-2, -1])
    case .nuclear: try singularValues().sum([-1])
    case .two(let smallest): try singularValues().peak(smallest)
    case .one(let smallest): try abs().sum([-2]).peak(smallest)
    case .infinity(let smallest): try abs().sum([-1]).peak(smallest)
    }
  }

  private func peak(_ smallest: Bool) throws -> Tensor {
    guard shape[rank - 1] > 0 else {
      throw TensorError(
        .shape, "matrix_norm", expected: "matrices with elements", got: "an empty side")
    }
    return try smallest ? minimum(over: [-1]) : maximum(over: [-1])
  }

  /// ‖A‖ ‖A⁻¹‖, which is s_max / s_min in the 2-norm, the default.
  ///
  /// The 2-norm takes matrices of any shape, the others square ones. Singular matrices have an infinite
  /// condition number. [..., m, n] → [...]
  public func conditionNumber(_ order: MatrixOrder = .two(smallest: false)) throws -> Tensor {
    try requireMatrices("cond")
    if case .two(let smallest) = order {
      let s = try singularValues()
      let count = s.shape[s.rank - 1]
      if count == 0 { return try Tensor.zeros(batchShape, dtype: dtype) }
      let (high, low) = (try s.select(-1, 0), try s.select(-1, count - 1))
      return try smallest ? low.div(high) : high.div(low)
    }
    try requireSquare("cond")
    if shape[rank - 1] == 0 { return try Tensor.zeros(batchShape, dtype: dtype) }
    let product = try matrixNorm(order).mul(
      inverse("cond", allowsSingular: true).matrixNorm(order, singularAs: .infinity))
    return product
  }

  /// The norm of an inverse, in which a singular matrix left infinities or NaN.
  private func matrixNorm(_ order: MatrixOrder, singularAs value: Double) throws -> Tensor {
    let broken = try GradientMode.with(false) {
      try isFinite().logicalNot().to(.int64).sum([-2, -1]).gt(0)
    }
    let mask = try broken.unsqueeze(-1).unsqueeze(-1)
    return try maskedFill(mask, 0).matrixNorm(order).maskedFill(broken, value)
  }
}
