/// Running values along one dimension of contiguous memory.

internal import Glibc

/// A contiguous tensor seen as [outer, extent, inner], scanned along the extent.
struct ScanPlan {
  let outer: Int
  let extent: Int
  let inner: Int

  init(_ shape: Shape, _ axis: Int) {
    extent = shape[axis]
    inner = (axis + 1..<shape.rank).reduce(1) { $0 * shape[$1] }
    outer = (0..<axis).reduce(1) { $0 * shape[$1] }
  }
}

extension Backend {
  /// Calls `step` with the elements' places along each lane, in order, `inner` lanes side by side.
  @inline(__always)
  private static func scan<State: BitwiseCopyable>(
    _ plan: ScanPlan, start: State, _ step: (_ state: inout State, _ place: Int) -> Void
  ) {
    let width = min(plan.inner, 128)
    if width == 0 || plan.extent == 0 { return }
    if width == 1 {
      for block in 0..<plan.outer {
        var state = start
        for row in 0..<plan.extent { step(&state, block * plan.extent + row) }
      }
      return
    }
    withUnsafeTemporaryAllocation(of: State.self, capacity: width) { states in
      for block in 0..<plan.outer {
        for lane in stride(from: 0, to: plan.inner, by: width) {
          let count = min(width, plan.inner - lane)
          for index in 0..<count { states[index] = start }
          for row in 0..<plan.extent {
            let place = (block * plan.extent + row) * plan.inner + lane
            for index in 0..<count { step(&states[index], place + index) }
          }
        }
      }
    }
  }

  /// y = x[0] ∘ ... ∘ x[i] for sums or products; floats in double precision, int64 wraps around.
  static func accumulate(_ x: Tensor, product: Bool, _ plan: ScanPlan, into y: Tensor) {
    let start = product ? 1.0 : 0.0
    switch x.dtype {
    case .float32:
      let (source, target) = (x.floats, y.floats)
      scan(plan, start: start) { state, place in
        state = product ? state * Double(source[place]) : state + Double(source[place])
        target[place] = Float(state)
      }
    case .float64:
      let (source, target) = (x.doublesPointer, y.doublesPointer)
      scan(plan, start: start) { state, place in
        state = product ? state * source[place] : state + source[place]
        target[place] = state
      }
    default:
      let (source, target) = (x.int64s, y.int64s)
      scan(plan, start: Int64(product ? 1 : 0)) { state, place in
        state = product ? state &* source[place] : state &+ source[place]
        target[place] = state
      }
    }
  }

  /// Positions of the greatest key so far (the smallest when `smallest`), the latest of equal ones;
  /// a NaN wins and stays.
  static func runningExtremes(
    _ keys: Tensor, smallest: Bool, nanKey: Int64?, _ plan: ScanPlan, into positions: Tensor
  ) {
    let (source, target) = (keys.int64s, positions.int64s)
    scan(plan, start: (best: Int64.min, row: Int64(0), at: Int64(0))) { state, place in
      let key = source[place]
      let rank = smallest && key != nanKey ? ~key : key
      if rank >= state.best { (state.best, state.at) = (rank, state.row) }
      target[place] = state.at
      state.row += 1
    }
  }

  /// y = log(e^x[0] + ... + e^x[i]) = m + log Σ e^(x − m) with the greatest m so far; floats.
  static func logCumulativeSumExp(_ x: Tensor, _ plan: ScanPlan, into y: Tensor) {
    @inline(__always)
    func next(_ state: inout (peak: Double, sum: Double), _ x: Double) -> Double {
      if x <= state.peak {
        state.sum += x == state.peak ? 1 : exp(x - state.peak)
      } else {
        state.sum = state.sum * exp(state.peak - x) + 1
        state.peak = x
      }
      return state.peak + log(state.sum)
    }
    let start = (peak: -Double.infinity, sum: 0.0)
    switch x.dtype {
    case .float32:
      let (source, target) = (x.floats, y.floats)
      scan(plan, start: start) { target[$1] = Float(next(&$0, Double(source[$1]))) }
    default:
      let (source, target) = (x.doublesPointer, y.doublesPointer)
      scan(plan, start: start) { target[$1] = next(&$0, source[$1]) }
    }
  }

  /// y[i] = x[i] + decay[i] y[i − 1]; floats.
  static func decayingSum(_ x: Tensor, _ decay: Tensor, _ plan: ScanPlan, into y: Tensor) {
    switch x.dtype {
    case .float32:
      let (source, factor, target) = (x.floats, decay.floats, y.floats)
      scan(plan, start: 0.0) { state, place in
        state = Double(source[place]) + Double(factor[place]) * state
        target[place] = Float(state)
      }
    default:
      let (source, factor) = (x.doublesPointer, decay.doublesPointer)
      let target = y.doublesPointer
      scan(plan, start: 0.0) { state, place in
        state = source[place] + factor[place] * state
        target[place] = state
      }
    }
  }
}
