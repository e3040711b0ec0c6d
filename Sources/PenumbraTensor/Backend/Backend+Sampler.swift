/// Updates of noisy optimisers: injected noise, drifts scaled by a covariance.

internal import CKernels

extension FusedUpdate {
  /// p += scale √d r, with d = 1 where there is none.
  ///
  /// - Returns: the square of the move's norm.
  @discardableResult
  package static func noise(
    scale: Double, diagonal d: Tensor?, normals r: Tensor, parameter p: Tensor
  ) -> Double {
    let n = count(p, d, r)
    defer { p.storage.markChanged() }
    switch p.dtype {
    case .float32: return pn_noise_f32(n, scale, d?.floats, r.floats, p.floats)
    default:
      return pn_noise_f64(n, scale, d?.doublesPointer, r.doublesPointer, p.doublesPointer)
    }
  }

  /// p −= rate d (g + decay p)
  ///
  /// - Returns: the square of the move's norm.
  package static func scaledDrift(
    rate: Double, decay: Double, gradient g: Tensor, diagonal d: Tensor, parameter p: Tensor
  ) -> Double {
    let n = count(p, g, d)
    defer { p.storage.markChanged() }
    switch p.dtype {
    case .float32: return pn_scaled_drift_f32(n, rate, decay, g.floats, d.floats, p.floats)
    default:
      return pn_scaled_drift_f64(
        n, rate, decay, g.doublesPointer, d.doublesPointer, p.doublesPointer)
    }
  }

  /// ‖g + decay p‖²
  package static func slopeSquares(decay: Double, gradient g: Tensor, parameter p: Tensor)
    -> Double
  {
    let n = count(p, g)
    switch p.dtype {
    case .float32: return pn_slope_squares_f32(n, decay, g.floats, p.floats)
    default: return pn_slope_squares_f64(n, decay, g.doublesPointer, p.doublesPointer)
    }
  }

  /// d / (√(v / correction) + ε), Adam's preconditioner times d (1 where there is none); a new tensor.
  package static func preconditioned(
    diagonal d: Tensor?, square v: Tensor, correction: Double, epsilon: Double
  ) throws -> Tensor {
    let n = count(v, d)
    let y = try Tensor(uninitialized: v.shape, v.dtype, "precondition")
    switch v.dtype {
    case .float32: pn_precondition_f32(n, correction, epsilon, v.floats, d?.floats, y.floats)
    default:
      pn_precondition_f64(
        n, correction, epsilon, v.doublesPointer, d?.doublesPointer, y.doublesPointer)
    }
    return y
  }

  /// The elements' sum; float32 is summed in double.
  package static func sum(_ x: Tensor) -> Double {
    let n = count(x)
    switch x.dtype {
    case .float32: return pn_reduce_f32(PN_SUM, n, x.floats, 1)
    default: return pn_reduce_f64(PN_SUM, n, x.doublesPointer, 1)
    }
  }
}
