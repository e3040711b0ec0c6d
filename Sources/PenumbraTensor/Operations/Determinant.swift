/// Determinants and their logarithms.

extension Tensor {
  /// det A, exact in its derivatives for singular matrices too. [..., n, n] → [...]
  ///
  /// - Complexity: O(n³) a matrix.
  public func determinant() throws -> Tensor {
    try requireSquare("det")
    let result = try Tensor(uninitialized: batchShape, dtype, "det")
    if shape[rank - 1] == 0 { Backend.fill(result, 1) }
    try Backend.determinants(copied(), det: result, sign: nil, log: nil, "det")
    guard Tensor.isRecording(self) else { return result }
    let (matrix, value) = (Saved(self), SavedOutput(result))
    return try result.recorded("det", self) { gradient, into in
      try into(0) {
        let (matrix, value) = (try matrix.value(into), try value.value(into))
        let scale = try gradient.unsqueeze(-1).unsqueeze(-1)
        guard try GradientMode.with(false, { try value.eq(0).any() }) else {
          let inverse = try matrix.inverse("det", allowsSingular: true)
          return try value.unsqueeze(-1).unsqueeze(-1).mul(inverse.transposedMatrix).mul(scale)
        }
        return try matrix.cofactors().mul(scale)
      }
    }
  }

  /// ∂ det A / ∂A = det(U) det(V) U diag(∏_{j≠i} s_j) Vᵀ, which needs no inverse.
  private func cofactors() throws -> Tensor {
    let (u, s, vh) = try singularValueDecomposition()
    let orientation = try GradientMode.with(false) { try u.determinant().mul(vh.determinant()) }
    let n = shape[rank - 1]
    var others: [Tensor] = []
    for index in 0..<n {
      let rest = try Tensor.cat(
        [
          s.narrow(-1, start: 0, count: index),
          s.narrow(-1, start: index + 1 < n ? index + 1 : 0, count: n - index - 1),
        ], -1)
      others.append(try rest.product([-1]))
    }
    let weights = try Tensor.stack(others, -1).mul(orientation.round().unsqueeze(-1))
    return try u.mul(weights.unsqueeze(-2)).matmul(vh)
  }

  /// The sign of det A (0 for a singular matrix) and log |det A|; neither overflows. [..., n, n] → [...]
  ///
  /// The derivative of log |det A| is A⁻ᵀ, with infinities or NaN for a singular matrix.
  /// - Complexity: O(n³) a matrix.
  public func signedLogDeterminant() throws -> (sign: Tensor, logAbs: Tensor) {
    try signedLogDeterminant("slogdet")
  }

  private func signedLogDeterminant(_ name: StaticString) throws -> (sign: Tensor, logAbs: Tensor) {
    try requireSquare("\(name)")
    let sign = try Tensor(uninitialized: batchShape, dtype, name)
    let result = try Tensor(uninitialized: batchShape, dtype, name)
    if shape[rank - 1] == 0 {
      Backend.fill(sign, 1)
      Backend.fill(result, 0)
    }
    try Backend.determinants(copied(), det: nil, sign: sign, log: result, name)
    guard Tensor.isRecording(self) else { return (sign, result) }
    let matrix = Saved(self)
    let logAbs = try result.recorded(name, self) { gradient, into in
      try into(0) {
        let inverse = try matrix.value(into).inverse(name, allowsSingular: true)
        return try gradient.unsqueeze(-1).unsqueeze(-1).mul(inverse.transposedMatrix)
      }
    }
    return (sign, logAbs)
  }

  /// log det A; NaN where the determinant is negative, −∞ where it is 0. [..., n, n] → [...]
  public func logDeterminant() throws -> Tensor {
    let (sign, logAbs) = try signedLogDeterminant("logdet")
    return try logAbs.maskedFill(sign.lt(0), .nan)
  }

  /// Σ A_ii of one matrix. [m, n] → []
  public func trace() throws -> Tensor {
    guard rank == 2 else {
      throw TensorError(.shape, "trace", expected: "a matrix [m, n]", got: "\(shape)")
    }
    return try diagonal().sum()
  }
}
