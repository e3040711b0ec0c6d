/// Steps without momenta: a plain optimiser's drift, then noise.

internal import Glibc
internal import PenumbraTensor

extension StochasticSampler {
  /// Whether the step is plain Langevin dynamics, which has one pass over memory for all of it.
  var isPlainLangevin: Bool {
    preconditioner.kind == .none && covariance == nil && normals == nil
      && integrator.uses(.positionNoise)
  }

  func stepPlainLangevin(_ gradients: [Tensor?], _ c: StepConstants) {
    let level = (2 * c.rate * c.temperature / c.dataCount).squareRoot()
    var (virial, count) = (0.0, 0)
    readings.noise = Array(repeating: nil, count: gradients.count)
    readings.drift = readings.noise
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = gradients[index] else { continue }
      let numbers =
        level > 0
        ? NormalStream(generator, count: parameter.elementCount, dtype: parameter.dtype) : nil
      let move = FusedUpdate.langevin(
        rate: c.rate, decay: c.decay, noise: level, gradient: gradient, normals: numbers,
        parameter: parameter)
      readings.drift[index] = c.rate * c.rate * move.slopeSquares
      readings.noise[index] = move.noiseSquares
      virial += move.virial
      count += parameter.elementCount
    }
    readings.setVirial(virial, count: count, c)
  }

  func stepPositions(_ gradients: [Tensor?], _ c: StepConstants) throws {
    let curvatures = try curvature.map { try hessianDiagonals(gradients, $0) }
    for (index, parameter) in parameters.enumerated() {
      readings.drift[index] = nil
      readings.noise[index] = nil
      guard let gradient = gradients[index] else { continue }
      let before = try tracksMoves ? parameter.detached().copied() : nil
      let squares = try descend(index, gradient, c)
      if let hessian = curvatures?[index], let before {
        try addGamma(index, gradient, before, hessian, c)
      }
      readings.drift[index] = squares ?? movedSquares(parameter, before)
      readings.noise[index] = 0
    }
    guard c.temperature > 0, c.rate > 0 else { return }
    let coupled = try coupledNormals(gradients, c)
    for index in parameters.indices where gradients[index] != nil {
      readings.noise[index] = try inject(index, c, coupled?[index])
    }
  }

  /// θ += √(2hTG) R, or the mean of two such moves.
  ///
  /// - Returns: the square of the move's length.
  private func inject(_ index: Int, _ c: StepConstants, _ coupled: Tensor?) throws -> Double {
    let diagonal = try noiseDiagonal(index, c)
    let level = (2 * c.rate * c.temperature / c.dataCount).squareRoot()
    let new = try coupled ?? wholeNormals(index)
    guard integrator.uses(.sharedPositionNoise) else {
      return FusedUpdate.noise(
        scale: level, diagonal: diagonal, normals: new, parameter: parameters[index])
    }
    let old = try sharedNormals[index] ?? wholeNormals(index)
    sharedNormals[index] = new
    // √(hTG/2) of each is half of √(2hTG).
    return FusedUpdate.noise(
      scale: level / 2, diagonal: diagonal,
      normals: try GradientMode.with(false) { try old.add(new) }, parameter: parameters[index])
  }

  /// Whether the drift's length is known only from the positions before and after.
  private var tracksMoves: Bool {
    switch preconditioner.kind {
    case .none, .scale: false
    case .rmsprop, .adam, .adaptiveDrift: true
    }
  }

  private func movedSquares(_ parameter: Tensor, _ before: Tensor?) -> Double {
    guard let before else { return 0 }
    return FusedUpdate.slopeSquares(decay: -1, gradient: before, parameter: parameter)
  }

  /// θ −= drift
  ///
  /// - Returns: the square of its length, where that is known.
  private func descend(_ index: Int, _ gradient: Tensor, _ c: StepConstants) throws -> Double? {
    let parameter = parameters[index]
    if preconditioner.isScaling, preconditioner.isFrozen(index) {
      return try scaledDescent(index, gradient, c, preconditioner.diagonal(index))
    }
    switch preconditioner.kind {
    case .none:
      let slope = FusedUpdate.slopeSquares(
        decay: c.decay, gradient: gradient, parameter: parameter)
      FusedUpdate.sgd(
        .init(rate: c.rate, decay: c.decay), gradient: gradient, parameter: parameter)
      return c.rate * c.rate * slope
    case .rmsprop(let alpha, let epsilon):
      let square = try preconditioner.squares[index] ?? list.zeros(index)
      preconditioner.squares[index] = square
      preconditioner.steps[index] += 1
      FusedUpdate.rmsprop(
        .init(rate: c.rate, alpha: alpha, epsilon: epsilon, decay: c.decay, momentum: 0),
        gradient: gradient, square: square, mean: nil, velocity: nil, parameter: parameter)
    case .adam(let beta1, let beta2, let epsilon):
      let (mean, square) = try moments(index)
      let t = Double(preconditioner.steps[index])
      FusedUpdate.adam(
        .init(
          rate: c.rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: c.decay,
          corrections: (1 - pow(beta1, t), 1 - pow(beta2, t))),
        gradient: gradient, mean: mean, square: square, parameter: parameter)
    case .adaptiveDrift(let bias, let beta1, let beta2, let epsilon):
      let (mean, square) = try moments(index)
      FusedUpdate.adaptiveDrift(
        .init(
          rate: c.rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: c.decay,
          corrections: (1, 1)),
        bias: bias, gradient: gradient, mean: mean, square: square, parameter: parameter)
    case .scale:
      _ = try preconditioner.root(index, gradient: gradient, decay: c.decay, list)
      return try scaledDescent(index, gradient, c, preconditioner.diagonal(index))
    }
    return nil
  }

  private func scaledDescent(
    _ index: Int, _ gradient: Tensor, _ c: StepConstants, _ diagonal: Tensor?
  ) throws -> Double {
    let scaling = try diagonal ?? Tensor.ones(gradient.shape, dtype: gradient.dtype)
    return FusedUpdate.scaledDrift(
      rate: c.rate, decay: c.decay, gradient: gradient, diagonal: scaling,
      parameter: parameters[index])
  }

  private func moments(_ index: Int) throws -> (Tensor, Tensor) {
    let mean = try preconditioner.means[index] ?? list.zeros(index)
    let square = try preconditioner.squares[index] ?? list.zeros(index)
    (preconditioner.means[index], preconditioner.squares[index]) = (mean, square)
    preconditioner.steps[index] += 1
    return (mean, square)
  }

  /// max(G − Σ's part, 0): what the noise's variance is, in units of 2hT; nil for 1.
  private func noiseDiagonal(_ index: Int, _ c: StepConstants) throws -> Tensor? {
    let scaling = try preconditioner.diagonal(index)
    guard let estimate = covariance?.elementwise(index), c.sigma > 0 else { return scaling }
    return try GradientMode.with(false) {
      let less = try estimate.mul(lessNoise(c))
      guard let scaling else { return try less.mul(-1).add(1).maximum(0) }
      return try scaling.sub(scaling.square().mul(less)).maximum(0)
    }
  }

  /// h Σ/(2T) as a factor of I_t: the share of the noise 2hT that the gradient brings along as h²Σ.
  private func lessNoise(_ c: StepConstants) -> Double { c.h * c.sigma / (2 * c.temperature) }

  /// Noise of covariance 1 − hΣ/(2T) where Σ mixes elements; nil elsewhere.
  private func coupledNormals(_ gradients: [Tensor?], _ c: StepConstants) throws -> [Tensor?]? {
    guard let covariance, !covariance.isElementwise, c.sigma > 0, c.temperature > 0 else {
      return nil
    }
    var numbers: [Tensor?] = Array(repeating: nil, count: gradients.count)
    for index in gradients.indices where gradients[index] != nil {
      numbers[index] = try wholeNormals(index)
    }
    let roots = try GradientMode.with(false) {
      try gradients.indices.map { try preconditioner.diagonal($0)?.sqrt() }
    }
    return try ScaledCovariance(covariance: covariance, roots: roots)
      .apply(.remainder(of: 1, less: lessNoise(c)), to: numbers)
  }

  /// θ += ε (T/N) Γ with Γ_i = ∂G_i/∂θ_i = −(1 − α) g_i H_ii / (√v_i (λ + √v_i)²). Li et al. 2016.
  private func addGamma(
    _ index: Int, _ gradient: Tensor, _ before: Tensor, _ hessian: Tensor, _ c: StepConstants
  ) throws {
    guard case .rmsprop(let alpha, let epsilon) = preconditioner.kind, c.temperature > 0,
      let square = preconditioner.squares[index], !preconditioner.isFrozen(index)
    else { return }
    try GradientMode.with(false) {
      let root = try square.sqrt()
      let slope = try gradient.add(before.mul(c.decay))
      let change = try slope.mul(hessian.add(c.decay)).mul(alpha - 1)
      // 0 where the gradient has always been 0.
      let gamma = try change.div(root.mul(root.add(epsilon).square()))
        .nanToNum(0, positive: 0, negative: 0)
      FusedUpdate.noise(
        scale: c.rate * c.temperature / c.dataCount, diagonal: nil, normals: gamma,
        parameter: parameters[index])
    }
  }

  /// Unbiased estimates of ∂²L/∂θ_i² of the mean loss, z∘Hz with signs z; exact for independent elements.
  private func hessianDiagonals(_ gradients: [Tensor?], _ loss: () throws -> Tensor) throws
    -> [Tensor?]
  {
    try GradientMode.with(true) {
      let value = try loss()
      let slopes = try Tensor.gradients(
        of: [value], withRespectTo: parameters, createGraph: true)
      let used = slopes.indices.filter { slopes[$0]?.requiresGradient == true }
      let signs = try used.map { index in
        let parameter = parameters[index]
        return try generator.bernoulli(
          parameter.shape, probability: 0.5, dtype: parameter.dtype
        ).mul(2).sub(1)
      }
      var result: [Tensor?] = Array(repeating: nil, count: parameters.count)
      guard !used.isEmpty else { return result }
      let products = try Tensor.gradients(
        of: used.compactMap { slopes[$0] }, withRespectTo: parameters, seeds: signs)
      for (place, index) in used.enumerated() {
        result[index] = try products[index]?.detached().mul(signs[place])
      }
      return result
    }
  }
}
