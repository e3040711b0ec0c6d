/// Parameter updates of the optimisers, each one pass over memory.

internal import CKernels

/// In-place updates for optimisers. Every tensor of a call is a contiguous float tensor of one dtype
/// and one element count; the caller has checked. No derivative is recorded, and the parameter's
/// storage is marked as changed.
@usableFromInline
package enum FusedUpdate {
  /// The constants of `sgd`; see `pn_sgd`.
  package struct Momentum {
    package var rate: Double
    package var momentum: Double
    package var dampening: Double
    package var decay: Double
    package var isNesterov: Bool

    package init(
      rate: Double, momentum: Double = 0, dampening: Double = 0, decay: Double = 0,
      isNesterov: Bool = false
    ) {
      self.rate = rate
      self.momentum = momentum
      self.dampening = dampening
      self.decay = decay
      self.isNesterov = isNesterov
    }
  }

  /// g += decay p; m = momentum m + (1 − dampening) g, at first m = g; p −= rate m, or Nesterov's.
  package static func sgd(
    _ h: Momentum, isFirst: Bool = false, gradient g: Tensor, velocity m: Tensor? = nil,
    parameter p: Tensor
  ) {
    var constants = pn_sgd(
      lr: h.rate, momentum: m == nil ? 0 : h.momentum, dampening: h.dampening, decay: h.decay,
      nesterov: h.isNesterov ? 1 : 0, first: isFirst ? 1 : 0)
    let isSingle = p.dtype == .float32
    withUnsafePointer(to: &constants) { h in
      Backend.inParts(of: Int(count(p, g, m))) { part in
        let (n, at) = (Int64(part.count), part.lowerBound)
        if isSingle {
          pn_sgd_f32(n, h, g.floats + at, m.map { $0.floats + at }, p.floats + at)
        } else {
          pn_sgd_f64(
            n, h, g.doublesPointer + at, m.map { $0.doublesPointer + at }, p.doublesPointer + at)
        }
      }
    }
    m?.storage.markChanged()
    p.storage.markChanged()
  }

  /// The constants of `adam` at its t-th step.
  package struct Moments {
    package var rate: Double
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    package var decay: Double
    /// What p is multiplied by first.
    package var shrink: Double
    /// 1 − β1^t and 1 − β2^t
    package var corrections: (mean: Double, square: Double)

    package init(
      rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double,
      shrink: Double = 1, corrections: (mean: Double, square: Double)
    ) {
      self.rate = rate
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.decay = decay
      self.shrink = shrink
      self.corrections = corrections
    }
  }

  /// g += decay p; m = β1 m + (1−β1) g; v = β2 v + (1−β2) g²; p = shrink p − rate m̂ / (√v̂ + ε)
  package static func adam(
    _ h: Moments, gradient g: Tensor, mean m: Tensor, square v: Tensor, parameter p: Tensor
  ) {
    var constants = pn_adam(
      lr: h.rate, beta1: h.beta1, beta2: h.beta2, eps: h.epsilon, c1: h.corrections.mean,
      c2: h.corrections.square, decay: h.decay, shrink: h.shrink)
    let isSingle = p.dtype == .float32
    withUnsafePointer(to: &constants) { h in
      Backend.inParts(of: Int(count(p, g, m, v))) { part in
        let (n, at) = (Int64(part.count), part.lowerBound)
        if isSingle {
          pn_adam_f32(n, h, g.floats + at, m.floats + at, v.floats + at, p.floats + at)
        } else {
          pn_adam_f64(
            n, h, g.doublesPointer + at, m.doublesPointer + at, v.doublesPointer + at,
            p.doublesPointer + at)
        }
      }
    }
    m.storage.markChanged()
    v.storage.markChanged()
    p.storage.markChanged()
  }

  /// The constants of `rmsprop`.
  package struct RootMeanSquare {
    package var rate: Double
    package var alpha: Double
    package var epsilon: Double
    package var decay: Double
    package var momentum: Double

    package init(rate: Double, alpha: Double, epsilon: Double, decay: Double, momentum: Double) {
      self.rate = rate
      self.alpha = alpha
      self.epsilon = epsilon
      self.decay = decay
      self.momentum = momentum
    }
  }

  /// g += decay p; v = α v + (1−α) g²; p −= rate g / (√v + ε). With `mean` the centred form, with
  /// `velocity` momentum on the move.
  package static func rmsprop(
    _ h: RootMeanSquare, gradient g: Tensor, square v: Tensor, mean a: Tensor?, velocity m: Tensor?,
    parameter p: Tensor
  ) {
    var constants = pn_rmsprop(
      lr: h.rate, alpha: h.alpha, eps: h.epsilon, momentum: h.momentum, decay: h.decay)
    let isSingle = p.dtype == .float32
    withUnsafePointer(to: &constants) { h in
      Backend.inParts(of: Int(count(p, g, v, a, m))) { part in
        let (n, at) = (Int64(part.count), part.lowerBound)
        if isSingle {
          pn_rmsprop_f32(
            n, h, g.floats + at, v.floats + at, a.map { $0.floats + at },
            m.map { $0.floats + at }, p.floats + at)
        } else {
          pn_rmsprop_f64(
            n, h, g.doublesPointer + at, v.doublesPointer + at,
            a.map { $0.doublesPointer + at }, m.map { $0.doublesPointer + at },
            p.doublesPointer + at)
        }
      }
    }
    for changed in [v, a, m, p] { changed?.storage.markChanged() }
  }

  /// a += weight (x − a)
  package static func runningMean(weight: Double, _ x: Tensor, into a: Tensor) {
    let n = count(a, x)
    switch a.dtype {
    case .float32: pn_running_mean_f32(n, weight, x.floats, a.floats)
    default: pn_running_mean_f64(n, weight, x.doublesPointer, a.doublesPointer)
    }
    a.storage.markChanged()
  }

  static func count(_ p: Tensor, _ others: Tensor?...) -> Int64 {
    precondition(p.isContiguous)
    for case let other? in others {
      precondition(
        other.isContiguous && other.elementCount == p.elementCount && other.dtype == p.dtype)
    }
    return Int64(p.elementCount)
  }
}
