/// Compound operations with kernels of their own; contiguous floats throughout.

internal import CKernels

extension Backend {
  static func leakyReLU(_ slope: Double, _ x: Tensor, into y: Tensor) {
    let n = Int64(x.elementCount)
    switch x.dtype {
    case .float32: pn_leaky_relu_f32(n, Float(slope), x.floats, y.floats)
    default: pn_leaky_relu_f64(n, slope, x.doublesPointer, y.doublesPointer)
    }
  }

  static func leakyReLUBackward(_ slope: Double, _ x: Tensor, _ g: Tensor, into dx: Tensor) {
    let n = Int64(x.elementCount)
    switch x.dtype {
    case .float32: pn_leaky_relu_backward_f32(n, Float(slope), x.floats, g.floats, dx.floats)
    default:
      pn_leaky_relu_backward_f64(n, slope, x.doublesPointer, g.doublesPointer, dx.doublesPointer)
    }
  }

  static func tanhBackward(_ y: Tensor, _ g: Tensor, into dx: Tensor) {
    let n = Int64(y.elementCount)
    switch y.dtype {
    case .float32: pn_tanh_backward_f32(n, y.floats, g.floats, dx.floats)
    default: pn_tanh_backward_f64(n, y.doublesPointer, g.doublesPointer, dx.doublesPointer)
    }
  }

  static func sigmoidBackward(_ y: Tensor, _ g: Tensor, into dx: Tensor) {
    let n = Int64(y.elementCount)
    switch y.dtype {
    case .float32: pn_sigmoid_backward_f32(n, y.floats, g.floats, dx.floats)
    default: pn_sigmoid_backward_f64(n, y.doublesPointer, g.doublesPointer, dx.doublesPointer)
    }
  }

  /// What `addBias` does to each sum.
  enum AfterBias {
    case nothing
    case leakyReLU(Double)
    case relu

    /// The kernel's number for it, and a slope.
    fileprivate var code: (kind: Int32, slope: Double) {
      switch self {
      case .nothing: (0, 0)
      case .leakyReLU(let slope): (1, slope)
      case .relu: (2, 0)
      }
    }
  }

  /// x[r, c] ← f(x[r, c] + bias[c]); without a bias, f(x[r, c]).
  static func addBias(
    _ bias: Tensor?, then after: AfterBias = .nothing, to x: Tensor, rows: Int, columns: Int
  ) {
    let (r, c, (kind, slope)) = (Int64(rows), Int64(columns), after.code)
    switch x.dtype {
    case .float32: pn_bias_activation_f32(r, c, bias?.floats, kind, Float(slope), x.floats)
    default: pn_bias_activation_f64(r, c, bias?.doublesPointer, kind, slope, x.doublesPointer)
    }
  }

  /// y = max(x, 0) − x t + log1p(exp(−|x|)); `st` is 0 for one target.
  static func bce(_ x: Tensor, _ t: Tensor, _ st: Int, into y: Tensor) {
    let n = Int64(x.elementCount)
    switch x.dtype {
    case .float32: pn_bce_f32(n, x.floats, t.floats, Int64(st), y.floats)
    default: pn_bce_f64(n, x.doublesPointer, t.doublesPointer, Int64(st), y.doublesPointer)
    }
  }

  /// dx = g (σ(x) − t)
  static func bceBackward(
    _ x: Tensor, _ t: Tensor, _ st: Int, _ g: Tensor, _ sg: Int, into dx: Tensor
  ) {
    let n = Int64(x.elementCount)
    switch x.dtype {
    case .float32:
      pn_bce_backward_f32(n, x.floats, t.floats, Int64(st), g.floats, Int64(sg), dx.floats)
    default:
      pn_bce_backward_f64(
        n, x.doublesPointer, t.doublesPointer, Int64(st), g.doublesPointer, Int64(sg),
        dx.doublesPointer)
    }
  }
}
