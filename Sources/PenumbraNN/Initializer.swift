/// How parameters start.

public import PenumbraTensor

/// A recipe for a tensor's first values. Formulas are those of PyTorch's `torch.nn.init`.
public struct Initializer {
  /// Which side of a weight [out, in, ...] counts as its fan.
  public enum Fan: String, Sendable {
    /// in × the kernel's size
    case input
    /// out × the kernel's size
    case output
  }

  /// The recipe's name, for messages.
  public let name: String
  let make: (Shape, DType, Generator) throws -> Tensor

  init(_ name: String, _ make: @escaping (Shape, DType, Generator) throws -> Tensor) {
    (self.name, self.make) = (name, make)
  }

  /// A new tensor.
  ///
  /// - Throws: `TensorError` for an integer type or a shape that the recipe does not fit.
  public func callAsFunction(_ shape: Shape, dtype: DType = .float32, using generator: Generator)
    throws -> Tensor
  {
    guard dtype.isFloating else {
      throw TensorError(
        .dtype, name, argument: "dtype", expected: "float32 or float64", got: dtype.name)
    }
    return try make(shape, dtype, generator)
  }

  /// Gives an existing tensor new values, in place and outside the graph.
  public func fill(_ tensor: Tensor, using generator: Generator) throws {
    try GradientMode.with(false) {
      _ = try tensor.copy(from: self(tensor.shape, dtype: tensor.dtype, using: generator))
    }
  }

  public static func constant(_ value: Double) -> Initializer {
    Initializer("constant") { shape, dtype, _ in try .full(shape, value, dtype: dtype) }
  }

  /// Uniform in [low, high).
  public static func uniform(low: Double = 0, high: Double = 1) throws -> Initializer {
    guard low <= high, (high - low).isFinite else {
      throw TensorError(.value, "uniform", expected: "low ≤ high", got: "\(low) and \(high)")
    }
    return Initializer("uniform") { try $2.uniform($0, low: low, high: high, dtype: $1) }
  }

  public static func normal(mean: Double = 0, std: Double = 1) throws -> Initializer {
    try requireNonNegative(std, "normal", "std")
    return Initializer("normal") { try $2.normal($0, mean: mean, std: std, dtype: $1) }
  }

  /// Normal with the given mean and standard deviation, conditioned on [low, high].
  public static func truncatedNormal(
    mean: Double = 0, std: Double = 1, low: Double = -2, high: Double = 2
  ) throws -> Initializer {
    guard std > 0, std.isFinite, low < high else {
      throw TensorError(
        .value, "trunc_normal", expected: "std > 0 and low < high",
        got: "std \(std), low \(low), high \(high)")
    }
    // Through the quantile, on the side where probabilities are small and so precise.
    let isUpper = low > mean
    let (a, b) = isUpper ? (mean - high, mean - low) : (low - mean, high - mean)
    let first = NormalDistribution.cumulative(a / std)
    let width = NormalDistribution.cumulative(b / std) - first
    return Initializer("trunc_normal") { shape, dtype, generator in
      let values = try generator.uniform(shape, dtype: .float64).doubles().map { u in
        let deviation = std * NormalDistribution.quantile(first + u * width)
        return min(max(isUpper ? mean - deviation : mean + deviation, low), high)
      }
      return try Tensor(values, shape, dtype: dtype)
    }
  }
}
