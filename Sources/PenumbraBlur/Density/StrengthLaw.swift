/// Strengths that are drawn at random, one for each example.

internal import Glibc
public import PenumbraTensor

/// A distribution of strengths, all at least 0.
public enum StrengthLaw {
  /// Uniform in [low, high).
  case uniform(low: Double, high: Double)
  /// exp(u), u uniform in [log low, log high): each decade is as likely as the next.
  case logUniform(low: Double, high: Double)
  /// |ξ| · scale, ξ standard normal: mostly weak, with mean scale · √(2/π).
  case halfNormal(scale: Double)
  /// The user's own: n strengths, [n].
  case custom((_ count: Int) throws -> Tensor)

  /// - Throws: `TensorError` (value) for bounds or a scale that cannot be used.
  func check(_ operation: String) throws {
    func bounds(_ low: Double, _ high: Double) throws {
      try checkSigma(low, operation, "low")
      try checkSigma(high, operation, "high")
      guard high >= low else {
        throw TensorError(
          .value, operation, argument: "high", expected: "at least \(text(low))", got: text(high))
      }
    }
    switch self {
    case .uniform(let low, let high): try bounds(low, high)
    case .logUniform(let low, let high):
      try bounds(low, high)
      guard low > 0 else {
        throw TensorError(
          .value, operation, argument: "low", expected: "a number above 0", got: text(low))
      }
    case .halfNormal(let scale): try checkSigma(scale, operation, "scale")
    case .custom: break
    }
  }

  /// n strengths, [n].
  ///
  /// - Throws: `TensorError` where the user's own function gives something else.
  func draw(_ count: Int, _ dtype: DType, using generator: Generator, _ operation: String) throws
    -> Tensor
  {
    switch self {
    case .uniform(let low, let high):
      return try generator.uniform([count], low: low, high: high, dtype: dtype)
    case .logUniform(let low, let high):
      let exponents = try generator.uniform(
        [count], low: log(low), high: log(high), dtype: .float64)
      return try exponents.exp().to(dtype)
    case .halfNormal(let scale):
      return try generator.normal([count], std: scale, dtype: dtype).abs()
    case .custom(let function):
      let strengths = try function(count)
      guard strengths.shape == [count] else {
        throw TensorError(
          .shape, operation, argument: "distribution's result", expected: "[\(count)]",
          got: "\(strengths.shape)")
      }
      try Strength.tensor(strengths).check(operation, "distribution's result")
      return try strengths.to(dtype)
    }
  }

  /// "log_uniform(0.01, 1)"
  var description: String {
    switch self {
    case .uniform(let low, let high): "uniform(\(text(low)), \(text(high)))"
    case .logUniform(let low, let high): "log_uniform(\(text(low)), \(text(high)))"
    case .halfNormal(let scale): "half_normal(\(text(scale)))"
    case .custom: "function"
    }
  }
}
