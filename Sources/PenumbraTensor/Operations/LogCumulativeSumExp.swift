/// Running log-sums of exponentials along a dimension.

extension Tensor {
  /// result[i] = log(e^x[0] + ... + e^x[i]) along a dimension, without overflow.
  ///
  /// ∂/∂x[j] = e^(x[j] − y[j]) Σ_{i ≥ j} g[i] e^(y[j] − y[i]), in which no exponent is positive: the
  /// sum runs backwards and decays by e^(y[j] − y[j + 1]) from place to place.
  public func logCumulativeSumExp(_ dimension: Int) throws -> Tensor {
    try requireFloating("logcumsumexp")
    if rank == 0 { return try asVector { try $0.logCumulativeSumExp(dimension) } }
    let axis = try self.dimension(dimension, "logcumsumexp")
    let source = try contiguousValues()
    let result = try Tensor(uninitialized: shape, dtype, "logcumsumexp")
    Backend.logCumulativeSumExp(source, ScanPlan(shape, axis), into: result)
    guard Tensor.isRecording(self), shape[axis] > 0 else { return result }
    let (x, y) = (Saved(self), SavedOutput(result))
    return try result.recorded("logcumsumexp", self) { gradient, into in
      try into(0) {
        let (x, y) = (try x.value(into), try y.value(into))
        // Where nothing but −∞ has been met, there is nothing to share.
        let isEmpty = try y.eq(-.infinity)
        let share = try x.sub(y).maskedFill(isEmpty, -.infinity).exp()
        let count = y.shape[axis] - 1
        let fall = try y.narrow(axis, start: 0, count: count)
          .sub(y.narrow(axis, start: 1, count: count))
          .maskedFill(isEmpty.narrow(axis, start: 0, count: count), -.infinity).exp()
        let decay = try fall.padded(axis, atStart: false).flip([axis])
        return try gradient.flip([axis]).decayingSum(decay, axis).flip([axis]).mul(share)
      }
    }
  }

  /// result[i] = x[i] + decay[i] result[i − 1] along a dimension, from result[−1] = 0.
  private func decayingSum(_ decay: Tensor, _ axis: Int) throws -> Tensor {
    let (source, factors) = (try contiguousValues(), try decay.contiguousValues())
    let result = try Tensor(uninitialized: shape, dtype, "logcumsumexp")
    Backend.decayingSum(source, factors, ScanPlan(shape, axis), into: result)
    guard Tensor.isRecording(self, decay) else { return result }
    let (d, y) = (Saved(decay), SavedOutput(result))
    return try result.recorded("logcumsumexp", self, decay) { gradient, into in
      let (d, y) = (try d.value(into), try y.value(into))
      let count = d.shape[axis] - 1
      let next = try d.narrow(axis, start: 1, count: count).padded(axis, atStart: false)
      let whole = try gradient.flip([axis]).decayingSum(next.flip([axis]), axis).flip([axis])
      try into(0) { whole }
      try into(1) {
        try whole.mul(y.narrow(axis, start: 0, count: count).padded(axis, atStart: true))
      }
    }
  }

  /// With one 0 more along a dimension.
  private func padded(_ axis: Int, atStart: Bool) throws -> Tensor {
    var edge = shape
    edge[axis] = 1
    let zero = try Tensor.zeros(edge, dtype: dtype)
    return try Tensor.cat(atStart ? [zero, self] : [self, zero], axis)
  }
}
