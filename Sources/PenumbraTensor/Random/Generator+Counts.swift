/// Distributions on whole numbers: Poisson, binomial, geometric, Bernoulli.

internal import Glibc

extension Generator {
  /// Numbers k of probability λ^k·e^(−λ)/k!.
  ///
  /// - Throws: `TensorError` for a rate that is negative, NaN or above 2⁵².
  /// - Complexity: O(1) for an element, whatever its rate.
  public func poisson(rate: DistributionParameter, size: Shape? = nil, dtype: DType? = nil) throws
    -> Tensor
  {
    let draw = try Draw("poisson", [.init("rate", rate, .rate)], size: size, dtype: dtype)
    return try sample(draw) { stream, p in stream.poisson(p.0) }
  }

  /// How many of `count` trials succeed: k of probability C(n, k)·p^k·(1 − p)^(n − k).
  ///
  /// - Throws: `TensorError` for a count that is not a whole number from 0 to 2⁵², or p outside [0, 1].
  /// - Complexity: O(1) for an element, whatever its count.
  public func binomial(
    count: DistributionParameter, probability: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "binomial", [.init("count", count, .count), .init("p", probability, .probability)],
      size: size, dtype: dtype)
    return try sample(draw) { stream, p in
      p.1 <= 0.5 ? stream.binomial(p.0, p.1) : p.0 - stream.binomial(p.0, 1 - p.1)
    }
  }

  /// The number of trials to the first success, k ≥ 1 of probability p·(1 − p)^(k − 1).
  ///
  /// - Throws: `TensorError` for p outside (0, 1].
  public func geometric(
    probability: DistributionParameter, size: Shape? = nil, dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "geometric", [.init("p", probability, .positiveProbability)], size: size, dtype: dtype)
    return try sample(draw) { stream, p in max(1, ceil(log(stream.uniform()) / log1p(-p.0))) }
  }

  /// 1 with each element's probability, else 0, in the probabilities' type.
  ///
  /// - Throws: `TensorError` for a probability outside [0, 1].
  public func bernoulli(
    probabilities: DistributionParameter, size: Shape? = nil, dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "bernoulli", [.init("p", probabilities, .probability)], size: size, dtype: dtype)
    return try sample(draw) { stream, p in stream.uniform() < p.0 ? 1 : 0 }
  }
}

extension ElementStream {
  /// A Poisson number: by inversion for small rates, else Hörmann (1993), "The transformed rejection
  /// method for generating Poisson random variables", algorithm PTRS.
  fileprivate mutating func poisson(_ rate: Double) -> Double {
    if rate < 10 {
      return inverted(first: exp(-rate)) { k in rate / (k + 1) }
    }
    let b = 0.931 + 2.53 * rate.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let inside = 0.9277 - 3.6224 / (b - 2)
    for _ in 0..<ElementStream.tries {
      let u = uniform() - 0.5
      let v = uniform()
      let edge = 0.5 - abs(u)
      let k = floor((2 * a / edge + b) * u + rate + 0.43)
      if edge >= 0.07, v <= inside { return k }
      if k < 0 || (edge < 0.013 && v > edge) { continue }
      let height = log(v * inverseAlpha / (a / (edge * edge) + b))
      if height <= DiscreteDensity.poisson(k, rate) { return k }
    }
    return rate
  }

  /// A binomial number, p ≤ ½: by inversion for small means, else Hörmann (1993), "The generation of
  /// binomial random variates", algorithm BTRS.
  fileprivate mutating func binomial(_ n: Double, _ p: Double) -> Double {
    if n * p < 10 {
      let odds = p / (1 - p)
      return inverted(first: exp(n * log1p(-p)), last: n) { k in (n - k) / (k + 1) * odds }
    }
    let deviation = (n * p * (1 - p)).squareRoot()
    let b = 1.15 + 2.53 * deviation
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let alpha = (2.83 + 5.1 / b) * deviation
    let inside = 0.92 - 4.2 / b
    let greatest = DiscreteDensity.binomial(floor((n + 1) * p), n, p)
    for _ in 0..<ElementStream.tries {
      let u = uniform() - 0.5
      let v = uniform()
      let edge = 0.5 - abs(u)
      let k = floor((2 * a / edge + b) * u + n * p + 0.5)
      if edge >= 0.07, v <= inside { return k }
      if k < 0 || k > n { continue }
      let height = log(v * alpha / (a / (edge * edge) + b))
      if height <= DiscreteDensity.binomial(k, n, p) - greatest { return k }
    }
    return floor(n * p)
  }

  /// The least k ≥ 0 whose cumulative probability exceeds a uniform number; `ratio(k)` is the
  /// probability of k + 1 by that of k.
  private mutating func inverted(
    first: Double, last: Double = .infinity, ratio: (Double) -> Double
  ) -> Double {
    var u = uniform()
    var (k, probability) = (0.0, first)
    // A mean below 10 is exceeded by 200 with a probability below 1e-180.
    while u >= probability, k < min(last, 200) {
      u -= probability
      probability *= ratio(k)
      k += 1
    }
    return k
  }
}
