/// One step of the covariance-controlled sampler: measure, drift, inject.

internal import PenumbraTensor

extension CovarianceControlledSGLD {
  /// Changes each parameter that has a gradient once.
  ///
  /// - Throws: `TensorError` (graph) when the per-example gradients of a parameter cannot be known,
  ///   besides what `Optimizer.step` throws; nothing has been changed then.
  public func step() throws {
    let operation = CovarianceControlledSGLD.stepName
    try scale.check(operation)
    let gradients = try list.gradients(operation)
    try covariance?.follow(gradients, operation)
    let coupled = drift == .covariance ? try coupledDrifts(gradients) : nil
    for index in gradients.indices {
      moves[index] = try gradients[index].map { try drift(index, coupled?[index] ?? $0) }
    }
    if noise != .none, scale.noise > 0 {
      try inject(gradients.indices.filter { gradients[$0] != nil })
    }
    covariance?.clear()
  }

  /// θ ← θ − drift
  private func drift(_ index: Int, _ gradient: Tensor) throws -> Move {
    let parameter = parameters[index]
    let (rate, decay) = (scale.learningRate, scale.decay)
    switch drift {
    case .plain:
      let slope = FusedUpdate.slopeSquares(decay: decay, gradient: gradient, parameter: parameter)
      FusedUpdate.sgd(.init(rate: rate, decay: decay), gradient: gradient, parameter: parameter)
      return Move(drift: .squares(rate * rate * slope))
    case .adam:
      try moments?.step(index, rate: rate, decay: decay, gradient: gradient, list)
      return Move(drift: .adam(rate: rate))
    case .covariance:
      guard let diagonal = covariance?.elementwise(index) else {
        // The gradient is I_t ∇ already; the decay has its part in it.
        let squares = FusedUpdate.slopeSquares(decay: 0, gradient: gradient, parameter: parameter)
        FusedUpdate.sgd(.init(rate: rate, decay: 0), gradient: gradient, parameter: parameter)
        return Move(drift: .squares(rate * rate * squares))
      }
      let squares = FusedUpdate.scaledDrift(
        rate: rate, decay: decay, gradient: gradient, diagonal: diagonal, parameter: parameter)
      return Move(drift: .squares(squares))
    }
  }

  /// I_t ∇(U/N) where I_t mixes elements; nil where it is diagonal.
  private func coupledDrifts(_ gradients: [Tensor?]) throws -> [Tensor?]? {
    guard let covariance, !covariance.isElementwise else { return nil }
    return try GradientMode.with(false) {
      try covariance.product(
        gradients.enumerated().map { index, gradient in
          try gradient.map { try $0.add(parameters[index].detached().mul(scale.decay)) }
        })
    }
  }

  /// θ ← θ + √(2 ε T/N) D^{1/2} R for the parameters that took a step.
  private func inject(_ indices: [Int]) throws {
    let diagonals = try indices.map(diagonal)
    var level = scale.noise
    if noise == .rmsMatched {
      // Isotropic: every element's variance is the mean of D.
      let trace = diagonals.reduce(0) { $0 + ($1.map(FusedUpdate.sum) ?? 0) }
      let count = indices.reduce(0) { $0 + parameters[$1].elementCount }
      level *= (trace / Double(max(count, 1))).squareRoot()
    }
    let coupled = try coupledNormals(indices)
    for (position, index) in indices.enumerated() {
      let parameter = parameters[index]
      let normals =
        try coupled?[index] ?? generator.normal(parameter.shape, dtype: parameter.dtype)
      moves[index]?.noise = FusedUpdate.noise(
        scale: level, diagonal: noise == .rmsMatched ? nil : diagonals[position],
        normals: normals, parameter: parameter)
    }
  }

  /// I_t^{1/2} R where I_t mixes elements and the noise is to have its covariance; else nil.
  private func coupledNormals(_ indices: [Int]) throws -> [Tensor?]? {
    guard noise == .covariance, let covariance, !covariance.isElementwise else { return nil }
    var normals: [Tensor?] = Array(repeating: nil, count: parameters.count)
    for index in indices {
      normals[index] = try generator.normal(
        parameters[index].shape, dtype: parameters[index].dtype)
    }
    return try covariance.rootProduct(normals)
  }

  /// D of one parameter before the noise is made isotropic, its diagonal where that is a control; nil
  /// is 1. Where I_t mixes elements, the normals have its covariance already.
  private func diagonal(_ index: Int) throws -> Tensor? {
    var diagonal: Tensor?
    switch noise {
    case .identity, .none: break
    case .covariance: diagonal = covariance?.elementwise(index)
    case .rmsMatched, .shuffled: diagonal = covariance?.diagonals[index]
    }
    if let moments, let square = moments.squares[index] {
      diagonal = try FusedUpdate.preconditioned(
        diagonal: diagonal, square: square, correction: moments.corrections(index).square,
        epsilon: moments.epsilon)
    }
    guard noise == .shuffled, let ordered = diagonal else { return diagonal }
    let order = try orders[index] ?? generator.permutation(ordered.elementCount)
    orders[index] = order
    return try GradientMode.with(false) {
      try ordered.reshape(Shape(ordered.elementCount)).indexSelect(0, order)
        .reshape(ordered.shape)
    }
  }
}
