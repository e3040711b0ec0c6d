/// Activations that an affine map applies to its own result, in the pass that adds the bias.

internal import CKernels

/// An elementwise function whose derivative is a function of its value, so that the value before it
/// need not be kept.
public enum LinearActivation: Sendable, Equatable {
  /// max(x, 0)
  case relu
  /// x where x > 0, slope · x elsewhere; slope > 0.
  case leakyReLU(slope: Double)
  case tanh
  /// 1/(1 + e⁻ˣ)
  case sigmoid

  var name: StaticString {
    switch self {
    case .relu: "linear_relu"
    case .leakyReLU: "linear_leaky_relu"
    case .tanh: "linear_tanh"
    case .sigmoid: "linear_sigmoid"
    }
  }

  /// x[r, c] ← f(x[r, c] + bias[c]), the same bits as the operations one after the other.
  func apply(bias: Tensor?, to x: Tensor, rows: Int, columns: Int) throws {
    switch self {
    case .relu: Backend.addBias(bias, then: .relu, to: x, rows: rows, columns: columns)
    case .leakyReLU(let slope):
      Backend.addBias(bias, then: .leakyReLU(slope), to: x, rows: rows, columns: columns)
    case .tanh, .sigmoid:
      if let bias { Backend.addBias(bias, to: x, rows: rows, columns: columns) }
      Backend.unary(self == .tanh ? PN_TANH : PN_SIGMOID, x, into: x)
    }
  }

  /// g f′, for the value y = f(x).
  func backward(_ gradient: Tensor, value y: Tensor) throws -> Tensor {
    switch self {
    case .relu: try y.rectifiedBackward("relu", 0, gradient)
    case .leakyReLU(let slope): try y.rectifiedBackward("leaky_relu", slope, gradient)
    case .tanh: try y.tanhBackward(gradient)
    case .sigmoid: try y.sigmoidBackward(gradient)
    }
  }
}
