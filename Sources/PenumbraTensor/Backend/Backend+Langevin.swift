/// Sub-steps of Langevin integrators, all of a pass in one pass over memory.

internal import CKernels

/// Where a sub-step's standard normal numbers come from.
package enum NormalSource {
  case stream(NormalStream)
  /// Given numbers, like the parameter.
  case tensor(Tensor)
}

/// In-place sub-steps on one parameter. Every tensor is a contiguous float tensor of the parameter's
/// dtype and element count; the caller has checked. No derivative is recorded.
package struct LangevinUpdate {
  /// One sub-step. w is the preconditioner's root (1 where there is none), d a diagonal covariance
  /// (0 where there is none), x each element's own thermostat.
  package enum SubStep {
    /// t += step w p
    case drift(step: Double)
    /// p = (keep − damp d w² − thermostat x) p + push w (g + decay t)
    case kick(keep: Double, push: Double, decay: Double, damp: Double, thermostat: Double)
    /// p = keep p + √max(variance − less d w², 0) r; without numbers r where variance is 0.
    case relax(keep: Double, variance: Double, less: Double)
    /// p *= exp(−rate d w²)
    case damp(rate: Double)
    /// x += step (p² − temperature)
    case heat(step: Double, temperature: Double)
    /// p = e^{−x step} p + √(power ∫₀^step e^{−2 x s} ds) r; without numbers r where power is 0.
    case thermostat(step: Double, power: Double)
    /// sums[slot] += Σ p²
    case measure(slot: Int)

    /// Whether the sub-step uses normal numbers.
    package var isNoisy: Bool {
      switch self {
      case .relax(_, let variance, _): variance > 0
      case .thermostat(_, let power): power > 0
      default: false
      }
    }
  }

  package let parameter: Tensor
  package let momentum: Tensor
  package let gradient: Tensor
  package var root: Tensor?
  package var diagonal: Tensor?
  package var thermostat: Tensor?

  package init(
    parameter: Tensor, momentum: Tensor, gradient: Tensor, root: Tensor? = nil,
    diagonal: Tensor? = nil, thermostat: Tensor? = nil
  ) {
    (self.parameter, self.momentum, self.gradient) = (parameter, momentum, gradient)
    (self.root, self.diagonal, self.thermostat) = (root, diagonal, thermostat)
  }

  /// Elements that stay in the nearest caches from one sub-step to the next.
  static let blockLength = 2048

  /// Takes the sub-steps in order, block by block.
  ///
  /// - Parameter normals: one source for each noisy sub-step, in order.
  package func run(_ steps: [SubStep], normals: [NormalSource], sums: inout [Double]) {
    let n = Int(FusedUpdate.count(parameter, momentum, gradient, root, diagonal, thermostat))
    let size = parameter.dtype.byteCount
    withUnsafeTemporaryAllocation(
      byteCount: LangevinUpdate.blockLength * size, alignment: 64
    ) { scratch in
      var start = 0
      while start < n {
        let count = min(n - start, LangevinUpdate.blockLength)
        var used = 0
        for step in steps {
          var numbers: UnsafeMutableRawPointer?
          if step.isNoisy {
            switch normals[used] {
            case .stream(let stream):
              numbers = scratch.baseAddress
              if let numbers { stream.fill(numbers, from: start, count: count) }
            case .tensor(let tensor): numbers = tensor.address + start * size
            }
            used += 1
          }
          take(step, start, count, numbers, &sums)
        }
        start += count
      }
    }
    for changed in [parameter, momentum, thermostat] { changed?.storage.markChanged() }
  }

  private func take(
    _ step: SubStep, _ start: Int, _ count: Int, _ numbers: UnsafeMutableRawPointer?,
    _ sums: inout [Double]
  ) {
    let n = Int64(count)
    switch parameter.dtype {
    case .float32:
      let (t, p, g) = (
        parameter.floats + start, momentum.floats + start, gradient.floats + start
      )
      let (w, d) = (root.map { $0.floats + start }, diagonal.map { $0.floats + start })
      let x = thermostat.map { $0.floats + start }
      let r = numbers?.assumingMemoryBound(to: Float.self)
      switch step {
      case .drift(let step): pn_langevin_drift_f32(n, step, w, p, t)
      case .kick(let keep, let push, let decay, let damp, let thermostat):
        var h = pn_kick(keep: keep, push: push, decay: decay, damp: damp, thermostat: thermostat)
        pn_langevin_kick_f32(n, &h, g, t, w, damp == 0 ? nil : d, thermostat == 0 ? nil : x, p)
      case .relax(let keep, let variance, let less):
        pn_langevin_relax_f32(n, keep, variance, less, w, less == 0 ? nil : d, r, p)
      case .damp(let rate): if let d { pn_langevin_damp_f32(n, rate, w, d, p) }
      case .heat(let step, let goal): if let x { pn_langevin_heat_f32(n, step, goal, p, x) }
      case .thermostat(let step, let power):
        if let x { pn_langevin_thermostat_f32(n, step, power, x, r, p) }
      case .measure(let slot): sums[slot] += pn_reduce_f32(PN_SUM_SQUARES, n, p, 1)
      }
    default:
      let (t, p, g) = (
        parameter.doublesPointer + start, momentum.doublesPointer + start,
        gradient.doublesPointer + start
      )
      let w = root.map { $0.doublesPointer + start }
      let d = diagonal.map { $0.doublesPointer + start }
      let x = thermostat.map { $0.doublesPointer + start }
      let r = numbers?.assumingMemoryBound(to: Double.self)
      switch step {
      case .drift(let step): pn_langevin_drift_f64(n, step, w, p, t)
      case .kick(let keep, let push, let decay, let damp, let thermostat):
        var h = pn_kick(keep: keep, push: push, decay: decay, damp: damp, thermostat: thermostat)
        pn_langevin_kick_f64(n, &h, g, t, w, damp == 0 ? nil : d, thermostat == 0 ? nil : x, p)
      case .relax(let keep, let variance, let less):
        pn_langevin_relax_f64(n, keep, variance, less, w, less == 0 ? nil : d, r, p)
      case .damp(let rate): if let d { pn_langevin_damp_f64(n, rate, w, d, p) }
      case .heat(let step, let goal): if let x { pn_langevin_heat_f64(n, step, goal, p, x) }
      case .thermostat(let step, let power):
        if let x { pn_langevin_thermostat_f64(n, step, power, x, r, p) }
      case .measure(let slot): sums[slot] += pn_reduce_f64(PN_SUM_SQUARES, n, p, 1)
      }
    }
  }
}

extension FusedUpdate {
  /// What a Langevin step without momenta was made of.
  package struct LangevinMove {
    /// Σ p (g + decay p) before it
    package var virial = 0.0
    /// ‖g + decay p‖² before it
    package var slopeSquares = 0.0
    /// The square of the noise's length
    package var noiseSquares = 0.0
  }

  /// p −= rate (g + decay p); p += noise r, in one pass over memory; without r where noise is 0.
  ///
  /// Each element is what `sgd` and `noise` make of it, bit for bit.
  package static func langevin(
    rate: Double, decay: Double, noise: Double, gradient g: Tensor, normals: NormalStream?,
    parameter p: Tensor
  ) -> LangevinMove {
    let n = Int(count(p, g))
    let length = LangevinUpdate.blockLength
    var constants = pn_sgd(
      lr: rate, momentum: 0, dampening: 0, decay: decay, nesterov: 0, first: 0)
    var move = LangevinMove()
    withUnsafeTemporaryAllocation(byteCount: length * p.dtype.byteCount, alignment: 64) { scratch in
      guard let r = scratch.baseAddress else { return }
      for start in stride(from: 0, to: n, by: length) {
        let size = min(n - start, length)
        let m = Int64(size)
        normals?.fill(r, from: start, count: size)
        switch p.dtype {
        case .float32:
          let (t, g) = (p.floats + start, g.floats + start)
          move.virial += pn_langevin_virial_f32(m, decay, g, t)
          move.slopeSquares += pn_slope_squares_f32(m, decay, g, t)
          pn_sgd_f32(m, &constants, g, nil, t)
          guard normals != nil else { continue }
          move.noiseSquares += pn_noise_f32(
            m, noise, nil, r.assumingMemoryBound(to: Float.self), t)
        default:
          let (t, g) = (p.doublesPointer + start, g.doublesPointer + start)
          move.virial += pn_langevin_virial_f64(m, decay, g, t)
          move.slopeSquares += pn_slope_squares_f64(m, decay, g, t)
          pn_sgd_f64(m, &constants, g, nil, t)
          guard normals != nil else { continue }
          move.noiseSquares += pn_noise_f64(
            m, noise, nil, r.assumingMemoryBound(to: Double.self), t)
        }
      }
    }
    p.storage.markChanged()
    return move
  }

  /// Σ p (g + decay p), the virial of a potential with this gradient.
  package static func virial(decay: Double, gradient g: Tensor, parameter p: Tensor) -> Double {
    let n = count(p, g)
    switch p.dtype {
    case .float32: return pn_langevin_virial_f32(n, decay, g.floats, p.floats)
    default: return pn_langevin_virial_f64(n, decay, g.doublesPointer, p.doublesPointer)
    }
  }

  /// g += decay p; v = α v + (1 − α) g²; w = (√(v / correction) + ε)^−½
  package static func adaptRoot(
    alpha: Double, correction: Double, epsilon: Double, decay: Double, gradient g: Tensor,
    parameter p: Tensor, square v: Tensor, root w: Tensor
  ) {
    let n = count(p, g, v, w)
    switch p.dtype {
    case .float32:
      pn_adaptive_root_f32(
        n, alpha, correction, epsilon, decay, g.floats, p.floats, v.floats, w.floats)
    default:
      pn_adaptive_root_f64(
        n, alpha, correction, epsilon, decay, g.doublesPointer, p.doublesPointer,
        v.doublesPointer, w.doublesPointer)
    }
    for changed in [v, w] { changed.storage.markChanged() }
  }

  /// g += decay p; τ += 1 − τ ḡ²/v, ḡ += (g − ḡ)/τ, v += (g² − v)/τ with the values before;
  /// w = (√v + ε)^−½
  package static func adaptScale(
    epsilon: Double, decay: Double, gradient g: Tensor, parameter p: Tensor, memory: Tensor,
    mean: Tensor, square v: Tensor, root w: Tensor
  ) {
    let n = count(p, g, memory, mean, v, w)
    switch p.dtype {
    case .float32:
      pn_adaptive_scale_f32(
        n, epsilon, decay, g.floats, p.floats, memory.floats, mean.floats, v.floats, w.floats)
    default:
      pn_adaptive_scale_f64(
        n, epsilon, decay, g.doublesPointer, p.doublesPointer, memory.doublesPointer,
        mean.doublesPointer, v.doublesPointer, w.doublesPointer)
    }
    for changed in [memory, mean, v, w] { changed.storage.markChanged() }
  }

  /// g += decay p; m = β1 m + (1−β1) g; v = β2 v + (1−β2) g²; p −= rate (g + bias m/√(v + ε))
  package static func adaptiveDrift(
    _ h: Moments, bias: Double, gradient g: Tensor, mean m: Tensor, square v: Tensor,
    parameter p: Tensor
  ) {
    var constants = pn_adam(
      lr: h.rate, beta1: h.beta1, beta2: h.beta2, eps: h.epsilon, c1: 1, c2: 1, decay: h.decay,
      shrink: 1)
    let n = count(p, g, m, v)
    switch p.dtype {
    case .float32:
      pn_adaptive_drift_f32(n, &constants, bias, g.floats, m.floats, v.floats, p.floats)
    default:
      pn_adaptive_drift_f64(
        n, &constants, bias, g.doublesPointer, m.doublesPointer, v.doublesPointer,
        p.doublesPointer)
    }
    for changed in [m, v, p] { changed.storage.markChanged() }
  }
}
