/// What is believed of the parameters before the data: densities whose gradients enter the potential.

internal import Glibc
public import PenumbraTensor

/// A density p(θ) of independent elements; the potential is U = N·(mean loss) − log p(θ).
public enum Prior {
  /// −log p = λ θ²/2
  case gaussian(precision: Double)
  /// −log p = |θ|/b; at 0 the gradient is 0.
  case laplace(scale: Double)
  /// −log p = (ν + 1)/2 · log(1 + θ²/(ν s²))
  case studentT(degreesOfFreedom: Double, scale: Double)
  /// p = Σ w_k N(θ; μ_k, σ_k²), the weights in any scale.
  case mixture(weights: [Double], means: [Double], deviations: [Double])
  /// log p of a parameter, one number up to a constant; its gradient comes from differentiation.
  case logDensity((Tensor) throws -> Tensor)

  /// - Throws: `TensorError` (value) for scales that are not positive.
  func check(_ operation: String) throws {
    func positive(_ value: Double, _ argument: String) throws {
      guard value > 0, value.isFinite else {
        throw TensorError(
          .value, operation, argument: "prior.\(argument)", expected: "a finite number above 0",
          got: "\(value)")
      }
    }
    switch self {
    case .gaussian(let precision): try TensorError.check(precision, "prior", operation)
    case .laplace(let scale): try positive(scale, "scale")
    case .studentT(let degrees, let scale):
      try positive(degrees, "df")
      try positive(scale, "scale")
    case .mixture(let weights, let means, let deviations):
      guard !weights.isEmpty, weights.count == means.count, means.count == deviations.count else {
        throw TensorError(
          .value, operation, argument: "prior", expected: "as many weights as means and stds",
          got: "\(weights.count), \(means.count) and \(deviations.count)")
      }
      for weight in weights { try positive(weight, "weights") }
      for deviation in deviations { try positive(deviation, "stds") }
      guard means.allSatisfy(\.isFinite) else {
        throw TensorError(
          .value, operation, argument: "prior.means", expected: "finite numbers", got: "\(means)")
      }
    case .logDensity: break
    }
  }

  /// −∇ log p at a parameter, of its shape. The Gaussian's is λ θ.
  func slope(_ parameter: Tensor, _ operation: String) throws -> Tensor {
    if case .logDensity(let density) = self {
      return try GradientMode.with(true) {
        let leaf = try parameter.detached().clone().requiresGradient(true)
        let value = try density(leaf)
        guard value.elementCount == 1 else {
          throw TensorError(
            .shape, operation, argument: "prior", expected: "a log density, one number",
            got: "\(value.shape)")
        }
        let slope = try Tensor.gradients(of: [value], withRespectTo: [leaf])[0]
        return try slope?.detached().negative()
          ?? Tensor.zeros(parameter.shape, dtype: parameter.dtype)
      }
    }
    return try GradientMode.with(false) {
      let theta = parameter.detached()
      switch self {
      case .laplace(let scale): return try theta.sign().div(scale)
      case .studentT(let degrees, let scale):
        return try theta.mul(degrees + 1).div(theta.square().add(degrees * scale * scale))
      case .mixture(let weights, let means, let deviations):
        return try mixtureSlope(theta, weights, means, deviations)
      case .gaussian(let precision): return try theta.mul(precision)
      case .logDensity: return theta
      }
    }
  }

  /// Σ_k r_k (θ − μ_k)/σ_k², r_k the share of component k, from its logarithm less the greatest.
  private func mixtureSlope(
    _ theta: Tensor, _ weights: [Double], _ means: [Double], _ deviations: [Double]
  ) throws -> Tensor {
    let logs = try weights.indices.map { k in
      try theta.sub(means[k]).div(deviations[k]).square().mul(-0.5)
        .add(log(weights[k] / deviations[k]))
    }
    let greatest = try logs.dropFirst().reduce(logs[0]) { try $0.maximum($1) }
    var total = try Tensor.zeros(theta.shape, dtype: theta.dtype)
    var slope = total
    for k in weights.indices {
      let share = try logs[k].sub(greatest).exp()
      total = try total.add(share)
      slope = try slope.add(
        share.mul(theta.sub(means[k])).div(deviations[k] * deviations[k]))
    }
    return try slope.div(total)
  }
}
