/// What can be read off the covariance-controlled sampler while it runs.

public import PenumbraTensor

extension CovarianceControlledSGLD {
  /// One parameter's moves in the last step.
  struct Move {
    enum Drift {
      case squares(Double)
      /// Computed from the moments when it is asked for.
      case adam(rate: Double)
    }
    var drift: Drift
    var noise = 0.0
  }

  /// I_t's diagonal for each parameter, of its shape; nil before its first step and where no
  /// covariance is estimated. The live tensors: clone them to keep them, and do not change them.
  public var covariances: [Tensor?] {
    covariance?.diagonals ?? Array(repeating: nil, count: parameters.count)
  }

  /// The sum of each parameter's part of I_t's diagonal.
  public func covarianceTraces() -> [Double?] { covariances.map { $0.map(FusedUpdate.sum) } }

  /// trace(I_t) over all parameters; nil before the first step and where none is estimated.
  public func covarianceTrace() -> Double? {
    let traces = covarianceTraces().compactMap { $0 }
    return traces.isEmpty ? nil : traces.reduce(0, +)
  }

  public func noiseRatios() throws -> [Double?] { try squares().map { $0?.ratio } }

  public func noiseRatio() throws -> Double? { try squares().total?.ratio }

  private func squares() throws -> [MoveSquares?] {
    try moves.enumerated().map { index, move in
      guard let move else { return nil }
      switch move.drift {
      case .squares(let squares): return MoveSquares(drift: squares, noise: move.noise)
      case .adam(let rate):
        let norm = try moments?.lastMoveNorm(index) ?? 0
        return MoveSquares(drift: rate * rate * norm * norm, noise: move.noise)
      }
    }
  }
}

extension AdamMoments {
  /// ‖m̂ / (√v̂ + ε)‖
  func lastMoveNorm(_ index: Int) throws -> Double {
    guard let mean = means[index], let square = squares[index] else { return 0 }
    let corrections = corrections(index)
    return try GradientMode.with(false) {
      try FusedUpdate.preconditioned(
        diagonal: mean, square: square, correction: corrections.square, epsilon: epsilon
      ).norm().item() / corrections.mean
    }
  }
}
