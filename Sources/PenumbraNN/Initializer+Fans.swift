/// Initialisers whose scale follows from the weight's shape.

internal import PenumbraTensor

extension Initializer {
  /// Uniform in ±gain √(3 / fan), for layers followed by a (leaky) ReLU of the given slope; the
  /// gain is √(2 / (1 + slope²)) unless given. He et al. (2015).
  public static func kaimingUniform(slope: Double = 0, fan: Fan = .input, gain: Double? = nil)
    -> Initializer
  {
    scaled("kaiming_uniform") { shape, dtype, generator, fans in
      let bound = (gain ?? rectifierGain(slope)) * (3 / fans.of(fan)).squareRoot()
      return try generator.uniform(shape, low: -bound, high: bound, dtype: dtype)
    }
  }

  /// Normal with standard deviation gain / √fan; see `kaimingUniform`.
  public static func kaimingNormal(slope: Double = 0, fan: Fan = .input, gain: Double? = nil)
    -> Initializer
  {
    scaled("kaiming_normal") { shape, dtype, generator, fans in
      let std = (gain ?? rectifierGain(slope)) / fans.of(fan).squareRoot()
      return try generator.normal(shape, std: std, dtype: dtype)
    }
  }

  /// Uniform in ±gain √(6 / (in + out)). Glorot & Bengio (2010).
  public static func xavierUniform(gain: Double = 1) -> Initializer {
    scaled("xavier_uniform") { shape, dtype, generator, fans in
      let bound = gain * (6 / (fans.input + fans.output)).squareRoot()
      return try generator.uniform(shape, low: -bound, high: bound, dtype: dtype)
    }
  }

  /// Normal with standard deviation gain √(2 / (in + out)).
  public static func xavierNormal(gain: Double = 1) -> Initializer {
    scaled("xavier_normal") { shape, dtype, generator, fans in
      let std = gain * (2 / (fans.input + fans.output)).squareRoot()
      return try generator.normal(shape, std: std, dtype: dtype)
    }
  }

  /// The factor by which a nonlinearity shrinks a signal, undone: 1, 5/3 for tanh, √2 for ReLU, ...
  ///
  /// - Throws: `TensorError` for a name that it does not know.
  public static func gain(_ nonlinearity: String, slope: Double = 0.01) throws -> Double {
    switch nonlinearity {
    case "linear", "sigmoid": return 1
    case "tanh": return 5.0 / 3
    case "relu": return rectifierGain(0)
    case "leaky_relu": return rectifierGain(slope)
    case "selu": return 0.75
    default:
      throw TensorError(
        .value, "gain", argument: "nonlinearity",
        expected: "linear, sigmoid, tanh, relu, leaky_relu or selu", got: "'\(nonlinearity)'")
    }
  }

  private static func rectifierGain(_ slope: Double) -> Double {
    (2 / (1 + slope * slope)).squareRoot()
  }

  private struct Fans {
    let input: Double
    let output: Double

    func of(_ fan: Fan) -> Double { fan == .input ? input : output }
  }

  private static func scaled(
    _ name: String, _ make: @escaping (Shape, DType, Generator, Fans) throws -> Tensor
  ) -> Initializer {
    Initializer(name) { shape, dtype, generator in
      guard shape.rank >= 2, shape.elementCount > 0 else {
        throw TensorError(
          .shape, name, expected: "a weight of at least two dimensions, none empty",
          got: "\(shape)")
      }
      let count = Double(shape.elementCount)
      let fans = Fans(input: count / Double(shape[0]), output: count / Double(shape[1]))
      return try make(shape, dtype, generator, fans)
    }
  }
}
