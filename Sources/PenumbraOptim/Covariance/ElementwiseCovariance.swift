/// Estimates that are diagonal: a variance for each element of each parameter.

internal import PenumbraTensor

/// I_t as one tensor for each parameter.
final class ElementwiseCovariance: CovarianceForm {
  /// How V is measured.
  enum Measure { case exact, ghost, halves }

  private let list: ParameterList
  private let measure: Measure
  private var averages: [Tensor?]

  init(_ list: ParameterList, _ measure: Measure) {
    self.list = list
    self.measure = measure
    averages = Array(repeating: nil, count: list.tensors.count)
  }

  let isElementwise = true

  func isKnown(_ index: Int) -> Bool { averages[index] != nil }

  func diagonal(_ index: Int) -> Tensor? { averages[index] }

  func measured(_ step: CovarianceStep) throws -> ([Double]) throws -> Void {
    guard measure == .exact else { return try measuredApart(step) }
    let moments = try step.examples().map { try $0?.moment() }
    return { [self] weights in
      for (index, moment) in moments.enumerated() {
        guard let moment else { continue }
        let average = try averages[index] ?? list.zeros(index)
        averages[index] = average
        ExampleMoments.average(
          squares: moment.squares, mean: moment.mean, examples: moment.examples,
          weight: weights[index], into: average)
      }
    }
  }

  private func measuredApart(_ step: CovarianceStep) throws -> ([Double]) throws -> Void {
    let variances = try GradientMode.with(false) {
      try step.examples().map { try $0.map(variance) }
    }
    return { [self] weights in
      for (index, variance) in variances.enumerated() {
        guard let variance else { continue }
        averages[index] = try Tensor.blended(averages[index], variance, weights[index])
      }
    }
  }

  private func variance(_ examples: ParameterExamples) throws -> Tensor {
    let (n, mean) = (Double(examples.count), try examples.mean())
    guard measure == .halves else {
      let centre = try mean.to(.float64).square().sum().item()
      let trace = (n * n * (try examples.squaredNorms()) - n * centre) / (n - 1)
      let level = max(trace, 0) / Double(max(examples.shape.elementCount, 1))
      return try Tensor.full(examples.shape, level, dtype: examples.dtype)
    }
    let half = examples.count / 2
    let parts = try examples.groups[0].map { try $0.gradient(examples.shape, 0..<half) }
    let first = try parts.dropFirst().reduce(parts[0]) { try $0.add($1) }
    // Σ over a half is n_a ḡ_a/n.
    let (a, b) = (Double(half), n - Double(half))
    let difference = try first.mul(n / a).sub(mean.sub(first).mul(n / b))
    return try difference.square().mul(1 / (1 / a + 1 / b))
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
    try state.add("covariance", averages)
  }

  func read(_ reader: inout StateReader) throws -> () -> Void {
    let estimated = try reader.counts("estimated").map { $0 > 0 }
    let averages = try reader.tensors("covariance", required: estimated)
    return { self.averages = averages }
  }
}

extension Tensor {
  /// (1 − κ) old + κ new; at κ = 1 the old value is not read.
  static func blended(_ old: Tensor?, _ new: Tensor, _ weight: Double) throws -> Tensor {
    try GradientMode.with(false) {
      guard let old, weight != 1 else { return try new.contiguous() }
      return try old.mul(1 - weight).add(new.mul(weight)).contiguous()
    }
  }
}
