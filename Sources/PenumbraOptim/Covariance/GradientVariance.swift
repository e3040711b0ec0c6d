/// The running variance of the gradient over steps, as an estimate that sees no examples.

internal import PenumbraTensor

/// I = n Var_t(ḡ_t), elementwise, with the averaging weights κ_t:
///
///     d = ḡ − m,  m ← m + κ d,  S ← (1 − κ)(S + κ d²),  q ← (1 − κ)² q + κ²,  I = n S/(1 − q)
///
/// With κ = 1/t this is Welford's sample variance; 1 − q makes it unbiased for any weights as long as ḡ's
/// mean stands still. 0 in the first step. Sources: Welford 1962; West 1979.
final class GradientVariance: CovarianceForm {
  private let list: ParameterList
  private let batchSize: Int?
  private var means: [Tensor?]
  private var spreads: [Tensor?]
  /// I
  private var averages: [Tensor?]
  private var correlations: [Double]

  init(_ list: ParameterList, batchSize: Int?) {
    (self.list, self.batchSize) = (list, batchSize)
    means = Array(repeating: nil, count: list.tensors.count)
    spreads = means
    averages = means
    correlations = Array(repeating: 0, count: list.tensors.count)
  }

  let isElementwise = true

  func isKnown(_ index: Int) -> Bool { averages[index] != nil }

  func diagonal(_ index: Int) -> Tensor? { averages[index] }

  func measured(_ step: CovarianceStep) throws -> ([Double]) throws -> Void {
    let counts: [Int?] =
      try batchSize.map { size in step.gradients.map { $0 == nil ? nil : size } }
      ?? step.examples().map { $0?.count }
    return { [self] weights in
      try GradientMode.with(false) {
        for (index, gradient) in step.gradients.enumerated() {
          guard let gradient, let count = counts[index] else { continue }
          try take(gradient, index, weights[index], Double(count))
        }
      }
    }
  }

  private func take(_ gradient: Tensor, _ index: Int, _ weight: Double, _ n: Double) throws {
    let zeros = try list.zeros(index)
    guard weight != 1, let mean = means[index], let spread = spreads[index] else {
      (means[index], spreads[index]) = (try gradient.detached().clone(), zeros)
      (averages[index], correlations[index]) = (zeros, 1)
      return
    }
    let difference = try gradient.sub(mean)
    let rest = 1 - weight
    let wider = try spread.add(difference.square().mul(weight)).mul(rest)
    let correlation = rest * rest * correlations[index] + weight * weight
    averages[index] = try wider.mul(n / max(1 - correlation, .leastNormalMagnitude)).contiguous()
    means[index] = try mean.add(difference.mul(weight))
    (spreads[index], correlations[index]) = (wider, correlation)
  }

  func apply(_ function: SpectralFunction, to vectors: [Tensor?]) throws -> [Tensor?] {
    try GradientMode.with(false) {
      try vectors.enumerated().map { index, vector in
        guard let vector, let average = averages[index] else { return nil }
        return try function.values(of: average).mul(vector)
      }
    }
  }

  func save(_ state: inout OptimizerState) throws {
    state.add("estimated", averages.map { $0 == nil ? 0 : 1 })
    for (index, value) in correlations.enumerated() { state.add("overlap.\(index + 1)", value) }
    try state.add("covariance", averages)
    try state.add("gradient_mean", means)
    try state.add("gradient_spread", spreads)
  }

  func read(_ reader: inout StateReader) throws -> () -> Void {
    let estimated = try reader.counts("estimated").map { $0 > 0 }
    var correlations: [Double] = []
    for index in estimated.indices {
      correlations.append(try reader.number("overlap.\(index + 1)"))
    }
    let averages = try reader.tensors("covariance", required: estimated)
    let means = try reader.tensors("gradient_mean", required: estimated)
    let spreads = try reader.tensors("gradient_spread", required: estimated)
    return { [correlations] in
      (self.averages, self.means, self.spreads) = (averages, means, spreads)
      self.correlations = correlations
    }
  }
}
