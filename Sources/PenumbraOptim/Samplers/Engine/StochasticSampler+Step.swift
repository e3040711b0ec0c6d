/// One call of a sampler: gradients, their noise, the integrator's sub-steps.

internal import PenumbraTensor

extension StochasticSampler {
  /// Changes each parameter that has a gradient once.
  ///
  /// - Throws: `TensorError` for settings out of range, gradients that do not fit or are not finite
  ///   (with momenta), a covariance that cannot be known, in which case nothing has been changed; and
  ///   for a thermostat that has run away.
  public func step() throws {
    let operation = "\(name):step"
    try scale.check(operation)
    if let friction { try TensorError.check(friction, "friction", operation) }
    try reduceVariance(operation)
    var gradients = try list.gradients(operation)
    try covariance?.follow(gradients, operation)
    var constants = StepConstants(self)
    constants.sigma = try covarianceScale(operation)
    try varianceReduction?.addMean(to: &gradients)
    try addPrior(to: &gradients, operation)
    let active = gradients.indices.filter { gradients[$0] != nil }
    if isPlainLangevin {
      stepPlainLangevin(gradients, constants)
    } else if integrator.isOverdamped {
      readings.virials(active, gradients, constants, list)
      try stepPositions(gradients, constants)
    } else {
      readings.virials(active, gradients, constants, list)
      try readings.requireFinite(operation)
      try stepMomenta(gradients, constants, operation)
    }
    covariance?.clear()
    stepCount += 1
    readings.follow(thermostat: meanThermostat(active))
  }

  /// ∇L_B(θ) − ∇L_B(θ̂) in the gradients' place.
  private func reduceVariance(_ operation: String) throws {
    guard let varianceReduction else { return }
    if let referenceError { throw referenceError }
    if !varianceReduction.isReady(parameters) {
      guard covariance == nil else {
        throw TensorError(
          .graph, operation,
          "call zero_grad() before the forward pass, where the reference gradient is taken")
      }
      try varianceReduction.takeReferenceIfDue(parameters, operation)
    }
    try varianceReduction.subtractReference(parameters)
  }

  /// N²/n (1 − n/N), the factor of V in Cov(∇U); 0 without an estimate.
  private func covarianceScale(_ operation: String) throws -> Double {
    guard let covariance else { return 0 }
    guard let examples = batchSize ?? covariance.exampleCount else {
      throw TensorError(
        .value, operation, argument: "batch_size",
        "is needed: this covariance estimate does not see how many examples a batch has")
    }
    let (n, count) = (Double(examples), scale.dataCount)
    if withReplacement { return count * count / n }
    guard n <= count else {
      throw TensorError(
        .value, operation, argument: "n_data",
        expected: "at least the batch's \(examples) examples (or replacement = true)",
        got: "\(count)")
    }
    return count * count / n * (1 - n / count)
  }

  /// g += −∇ log p / N for a prior that is not Gaussian.
  private func addPrior(to gradients: inout [Tensor?], _ operation: String) throws {
    guard let prior else { return }
    for (index, gradient) in gradients.enumerated() {
      guard let gradient else { continue }
      let slope = try prior.slope(parameters[index], operation)
      gradients[index] = try GradientMode.with(false) {
        try gradient.add(slope.div(scale.dataCount)).to(gradient.dtype).contiguous()
      }
    }
  }

  /// Standard normal numbers for a parameter, as a tensor.
  func wholeNormals(_ index: Int) throws -> Tensor {
    let parameter = parameters[index]
    return try normals?(index) ?? generator.normal(parameter.shape, dtype: parameter.dtype)
  }

  /// Standard normal numbers for a parameter, made where they are used.
  func normalSource(_ index: Int) throws -> NormalSource {
    if let normals { return .tensor(try normals(index)) }
    let parameter = parameters[index]
    return .stream(
      NormalStream(generator, count: parameter.elementCount, dtype: parameter.dtype))
  }

  /// ξ, or the mean over the elements of parameters with a gradient.
  private func meanThermostat(_ active: [Int]) -> (value: Double, friction: Double)? {
    guard integrator.isThermostatted, !active.isEmpty else { return nil }
    let friction = StepConstants(self).friction
    guard isElementwise else { return thermostat.map { ($0, friction) } }
    let sum = active.reduce(0) { $0 + (thermostats[$1].map(FusedUpdate.sum) ?? 0) }
    let count = active.reduce(0) { $0 + parameters[$1].elementCount }
    return (sum / Double(max(count, 1)), friction)
  }
}
