/// What an ensemble of samples predicts.

public import PenumbraTensor

extension Reservoir {
  /// How the outputs of the samples become one.
  public enum Reduction: String, Sendable, CaseIterable {
    /// Σ w y / Σ w
    case mean
    /// Σ w (y − mean)² / Σ w
    case variance
    /// All outputs, [samples, ...]; their weights are those of the samples.
    case stack
  }

  /// Runs a function with each sample in the parameters, without recording derivatives, and puts the
  /// parameters' own values back.
  ///
  /// - Throws: `TensorError` without samples, for parameters that do not fit and outputs of different
  ///   shapes; what the function throws.
  public func predict(
    _ parameters: [Tensor], _ reduction: Reduction = .mean, _ output: () throws -> Tensor
  ) throws -> Tensor {
    let operation = "\(Reservoir.name):predict"
    guard !samples.isEmpty else {
      throw TensorError(.value, operation, "there are no samples yet")
    }
    return try GradientMode.with(false) {
      let loan = try ParameterLoan(parameters, samples[0].values, operation)
      defer { try? loan.giveBack() }
      let total = samples.reduce(0) { $0 + $1.weight }
      var outputs: [Tensor] = []
      var mean: Tensor?
      var spread: Tensor?
      var before = 0.0
      for sample in samples {
        try ParameterLoan.write(sample.values, into: parameters)
        let y = try output().detached()
        if let first = mean ?? outputs.first, first.shape != y.shape {
          throw TensorError(
            .shape, operation, expected: "outputs of one shape, \(first.shape)", got: "\(y.shape)")
        }
        if reduction == .stack {
          outputs.append(try y.clone())
          continue
        }
        // Welford's recursion with weights.
        before += sample.weight
        guard let old = mean else {
          mean = try y.mul(1)
          spread = try y.mul(0)
          continue
        }
        let way = try y.sub(old)
        let new = try old.add(way.mul(sample.weight / before))
        spread = try spread?.add(way.mul(y.sub(new)).mul(sample.weight))
        mean = new
      }
      if reduction == .stack { return try Tensor.stack(outputs) }
      guard let mean, let spread else { return try Tensor.stack(outputs) }
      return reduction == .mean ? mean : try spread.mul(1 / total)
    }
  }
}
