/// Compound operations with kernels of their own; contiguous floats throughout.

internal import CKernels

extension Backend {
  static func leakyReLU(_ slope: Double, _ x: Tensor, into y: Tensor) {
    inParts(of: x.elementCount) { part in
      let (n, at) = (Int64(part.count), part.lowerBound)
      switch x.dtype {
      case .float32: pn_leaky_relu_f32(n, Float(slope), x.floats + at, y.floats + at)
      default: pn_leaky_relu_f64(n, slope, x.doublesPointer + at, y.doublesPointer + at)
      }
    }
  }

  static func leakyReLUBackward(_ slope: Double, _ x: Tensor, _ g: Tensor, into dx: Tensor) {
    inParts(of: x.elementCount) { part in
      let (n, at) = (Int64(part.count), part.lowerBound)
      switch x.dtype {
      case .float32:
        pn_leaky_relu_backward_f32(
          n, Float(slope), x.floats + at, g.floats + at, dx.floats + at)
      default:
        pn_leaky_relu_backward_f64(
          n, slope, x.doublesPointer + at, g.doublesPointer + at, dx.doublesPointer + at)
      }
    }
  }

  static func tanhBackward(_ y: Tensor, _ g: Tensor, into dx: Tensor) {
    inParts(of: y.elementCount) { part in
      let (n, at) = (Int64(part.count), part.lowerBound)
      switch y.dtype {
      case .float32: pn_tanh_backward_f32(n, y.floats + at, g.floats + at, dx.floats + at)
      default:
        pn_tanh_backward_f64(
          n, y.doublesPointer + at, g.doublesPointer + at, dx.doublesPointer + at)
      }
    }
  }

  static func sigmoidBackward(_ y: Tensor, _ g: Tensor, into dx: Tensor) {
    inParts(of: y.elementCount) { part in
      let (n, at) = (Int64(part.count), part.lowerBound)
      switch y.dtype {
      case .float32: pn_sigmoid_backward_f32(n, y.floats + at, g.floats + at, dx.floats + at)
      default:
        pn_sigmoid_backward_f64(
          n, y.doublesPointer + at, g.doublesPointer + at, dx.doublesPointer + at)
      }
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
    let (kind, slope) = after.code
    inRowParts(of: rows, size: columns) { part in
      let (r, c, at) = (Int64(part.count), Int64(columns), part.lowerBound * columns)
      switch x.dtype {
      case .float32: pn_bias_activation_f32(r, c, bias?.floats, kind, Float(slope), x.floats + at)
      default:
        pn_bias_activation_f64(r, c, bias?.doublesPointer, kind, slope, x.doublesPointer + at)
      }
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
