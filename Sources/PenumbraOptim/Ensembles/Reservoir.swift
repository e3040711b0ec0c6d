/// A bounded sample of a chain's parameters.

public import PenumbraTensor

/// Keeps `size` of the samples that a chain offers, so that any stream has its law.
///
/// Every offer t carries a weight w_t: 1, or the step size that made it (Welling & Teh 2011: posterior
/// means weigh samples by their steps). The kept samples carry weights of their own, and for any f
///
///     E[Σ_kept weight · f(sample)] = Σ_t w_t f(θ_t),   Σ_kept weight = Σ_t w_t,
///
/// at every length of the stream: with equal weights every offer is kept with the same probability.
/// Source: VarOpt sampling, Cohen, Duffield, Kaplan, Lund & Thorup 2009.
public final class Reservoir {
  public static let name = "Reservoir"

  /// What an offer's weight is.
  public enum Weighting: String, Sendable, CaseIterable {
    case uniform
    case step
  }

  /// A copy of all parameters, which shares nothing with them.
  public struct Sample {
    public let values: [Tensor]
    /// What the sample stands for in means over the reservoir.
    public internal(set) var weight: Double
    /// The number of its offer, from 1.
    public let step: Int
  }

  public let size: Int
  /// How many offers are passed over at first.
  public let burnIn: Int
  /// Every so many offers are considered after that.
  public let thinning: Int
  public let weighting: Weighting
  public let generator: Generator
  public internal(set) var samples: [Sample] = []
  /// Offers so far, those that were passed over included.
  public internal(set) var offers = 0
  /// τ: samples with greater weights are kept for certain, all others carry this weight.
  var threshold = 0.0

  /// - Throws: `TensorError` (value) for a size or a thinning below 1, or a burn-in below 0.
  public init(
    size: Int, burnIn: Int = 0, thinning: Int = 1, weighting: Weighting = .uniform,
    generator: Generator
  ) throws {
    for (name, value, least) in [
      ("size", size, 1), ("burn_in", burnIn, 0), ("thinning", thinning, 1),
    ] where value < least {
      throw TensorError(
        .value, Reservoir.name, argument: name, expected: "at least \(least)", got: "\(value)")
    }
    (self.size, self.burnIn, self.thinning) = (size, burnIn, thinning)
    (self.weighting, self.generator) = (weighting, generator)
  }

  /// Considers the parameters' present values; copies them if they are kept.
  ///
  /// - Parameter stepSize: the offer's weight where samples are weighted by step; 0 passes it over.
  /// - Returns: whether they are in the reservoir now.
  /// - Throws: `TensorError` for a step size that is not finite or is negative, and for parameters of
  ///   other shapes than those before; nothing has been changed then. O(elements) where kept.
  @discardableResult
  public func collect(_ parameters: [Tensor], stepSize: Double = 1) throws -> Bool {
    let operation = "\(Reservoir.name):collect"
    try TensorError.check(stepSize, "weight", operation)
    if let first = samples.first {
      try ParameterLoan.check(parameters, fit: first.values, operation)
    }
    let late = offers + 1 - burnIn
    let weight = weighting == .step ? stepSize : 1
    guard late > 0, late % thinning == 0, weight > 0 else {
      offers += 1
      return false
    }
    guard samples.count == size else {
      let values = try parameters.map { try $0.copied() }
      offers += 1
      samples.append(Sample(values: values, weight: weight, step: offers))
      return true
    }
    let (next, dropped) = drop(samples.map(\.weight) + [weight])
    if dropped < size {
      let values = try parameters.map { try $0.copied() }
      samples[dropped] = Sample(values: values, weight: weight, step: offers + 1)
    }
    offers += 1
    threshold = next
    for index in samples.indices { samples[index].weight = max(samples[index].weight, next) }
    return dropped < size
  }

  /// One of size + 1 candidates is dropped, with probability 1 − min(1, weight / τ'), where τ' makes
  /// these probabilities sum to 1.
  ///
  /// - Returns: τ', and the candidate's number; the last one is the new offer.
  private func drop(_ weights: [Double]) -> (threshold: Double, dropped: Int) {
    // The m lightest candidates are the ones at stake: τ' = their sum / (m − 1).
    let order = weights.indices.sorted { weights[$0] < weights[$1] }
    var (sum, count) = (weights[order[0]] + weights[order[1]], 2)
    while count < order.count, weights[order[count]] * Double(count - 1) < sum {
      sum += weights[order[count]]
      count += 1
    }
    let threshold = sum / Double(count - 1)
    var rest = generator.uniform()
    for place in 0..<count {
      rest -= 1 - weights[order[place]] / threshold
      if rest < 0 { return (threshold, order[place]) }
    }
    // Rounding has left something over.
    return (threshold, order[0])
  }

  /// Puts a sample's values into parameters for good.
  ///
  /// - Throws: `TensorError` for a number that no sample has, and for parameters that do not fit.
  public func copy(_ index: Int, into parameters: [Tensor]) throws {
    let values = try sample(index, "\(Reservoir.name):load_sample").values
    try ParameterLoan.check(parameters, fit: values, "\(Reservoir.name):load_sample")
    try ParameterLoan.write(values, into: parameters)
  }

  /// Puts a sample's values into parameters until the loan is given back.
  ///
  /// - Throws: `TensorError` for a number that no sample has, and for parameters that do not fit.
  public func swapIn(_ index: Int, into parameters: [Tensor]) throws -> ParameterLoan {
    let operation = "\(Reservoir.name):swap_in"
    return try ParameterLoan(parameters, try sample(index, operation).values, operation)
  }

  private func sample(_ index: Int, _ operation: String) throws -> Sample {
    // Negative numbers count from the end.
    let place = index < 0 ? index + samples.count : index
    guard samples.indices.contains(place) else {
      throw TensorError(
        .index, operation, argument: "sample", expected: "1 to \(samples.count)",
        got: "\(index < 0 ? index : index + 1)")
    }
    return samples[place]
  }
}
