/// Several discriminators as one: by their outputs or losses, or as samples of one's posterior.

public import PenumbraTensor

/// How several discriminators' values become one.
///
/// Values v_k with weights w_k ≥ 0 (1 unless given; they count only in relation to each other):
public enum Committee: String, Sendable, CaseIterable {
  /// Σ_k w_k v_k / Σ_k w_k
  case mean
  /// The least v_k.
  case min
  /// The greatest v_k: for losses of G the strictest discriminator.
  case max
  /// Σ_k p_k v_k with p_k ∝ w_k exp(−v_k/T): between mean (T → ∞) and min (T → 0).
  case softmin
  /// Σ_k p_k v_k with p_k ∝ w_k exp(v_k/T): between mean and max. For losses of G it is GMAN's, with
  /// λ = 1/T (Durugkar, Gemp & Mahadevan 2017, section 3.2).
  case softmax

  /// Reduces over the first dimension, element by element: [K, ...] → [...].
  ///
  /// Derivatives flow through the soft weights as well. Values of weight 0 do not count.
  /// - Throws: `TensorError` without values, for weights that are negative or all 0, or a temperature
  ///   that is not above 0.
  public func reduce(_ values: Tensor, weights: [Double]? = nil, temperature: Double = 1) throws
    -> Tensor
  {
    let name = "ensemble"
    try values.requireFloating(name)
    guard values.rank > 0, values.shape[0] > 0 else {
      throw TensorError(
        .shape, name, argument: "values", expected: "[K, ...], K at least 1", got: "\(values.shape)"
      )
    }
    guard temperature > 0, temperature.isFinite else {
      throw TensorError(
        .value, name, argument: "temperature", expected: "a number above 0",
        got: Module.text(temperature))
    }
    let shares = try weights.map { try checked($0, count: values.shape[0], name) }
    if let shares, shares.contains(0) {
      let used = shares.indices.filter { shares[$0] > 0 }
      let rows = try Tensor(used.map(Int64.init), [used.count])
      return try reduce(
        values.indexSelect(0, rows), weights: used.map { shares[$0] }, temperature: temperature)
    }
    switch self {
    case .mean:
      guard let shares else { return try values.mean([0]) }
      let total = shares.reduce(0, +)
      return try values.mul(column(shares.map { $0 / total }, beside: values)).sum([0])
    case .min: return try values.minimum(over: [0])
    case .max: return try values.maximum(over: [0])
    case .softmin, .softmax:
      var scores = try values.mul((self == .softmax ? 1 : -1) / temperature)
      if let shares { scores = try scores.add(column(shares, beside: values).log()) }
      return try scores.softmax(0).mul(values).sum([0])
    }
  }

  /// The value of `body` with each of several sets of parameters in a module, reduced: the loss under
  /// a posterior of discriminators, of which a sampler's chain gives samples.
  ///
  /// Derivatives flow to whatever `body` depends on besides the module's parameters, which are
  /// constants; its own parameters are untouched.
  /// - Parameter samples: for each its weight and values in the order of `module.parameters`.
  /// - Throws: `TensorError` without samples or where they do not fit; what `body` throws.
  public func average(
    over samples: [(weight: Double, values: [Tensor])], of module: Module, temperature: Double = 1,
    _ body: () throws -> Tensor
  ) throws -> Tensor {
    let name = "over_samples"
    guard !samples.isEmpty else {
      throw TensorError(.value, name, argument: "samples", expected: "at least one", got: "none")
    }
    let names = module.namedParameters().map(\.name)
    let values = try samples.map { sample in
      guard sample.values.count == names.count else {
        throw TensorError(
          .value, name, argument: "samples", expected: "\(names.count) parameters",
          got: "\(sample.values.count)")
      }
      let constants = sample.values.map { $0.detached() }
      return try module.withParameters(
        Dictionary(zip(names, constants), uniquingKeysWith: { $1 }), body)
    }
    return try reduce(
      Tensor.stack(values), weights: samples.map(\.weight), temperature: temperature)
  }

  private func checked(_ weights: [Double], count: Int, _ name: String) throws -> [Double] {
    guard weights.count == count else {
      throw TensorError(
        .value, name, argument: "weights", expected: "\(count) numbers", got: "\(weights.count)")
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }) else {
      throw TensorError(
        .value, name, argument: "weights", expected: "numbers of at least 0, not all 0",
        got: weights.map(Module.text).joined(separator: ", "))
    }
    return weights
  }

  /// Numbers as [K, 1, ...].
  private func column(_ numbers: [Double], beside values: Tensor) throws -> Tensor {
    var shape = Shape(repeating: 1, rank: values.rank)
    shape[0] = numbers.count
    return try Tensor(numbers, shape, dtype: values.dtype)
  }
}
