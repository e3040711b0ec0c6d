/// Activations with kernels of their own, each next to its derivative.

internal import CKernels

extension Tensor {
  /// x where x > 0, slope · x elsewhere; the derivative at 0 is the slope.
  public func leakyReLU(slope: Double = 0.01) throws -> Tensor {
    try rectified("leaky_relu", slope)
  }

  /// max(x, 0); the derivative at 0 is 0.
  public func relu() throws -> Tensor { try rectified("relu", 0) }

  private func rectified(_ name: StaticString, _ slope: Double) throws -> Tensor {
    try requireFloating("\(name)")
    let source = try contiguousValues()
    let result = try Tensor(uninitialized: shape, dtype, name)
    if slope == 0 {
      // 0 · −∞ must not make a NaN.
      Backend.unary(PN_RELU, source, into: result)
    } else {
      Backend.leakyReLU(slope, source, into: result)
    }
    guard Tensor.isRecording(self) else { return result }
    let x = Saved(self)
    return try result.recorded(name, self) { gradient, into in
      try into(0) { try x.value(into).rectifiedBackward(name, slope, gradient) }
    }
  }

  /// g · (x > 0 ? 1 : slope), which is linear in g and constant in x almost everywhere. The value
  /// itself, which has the same sign where the slope is not negative, does as well as x.
  func rectifiedBackward(_ name: StaticString, _ slope: Double, _ gradient: Tensor) throws
    -> Tensor
  {
    let (x, g) = (try contiguousValues(), try gradient.contiguousValues())
    let result = try Tensor(uninitialized: shape, dtype, name)
    Backend.leakyReLUBackward(slope, x, g, into: result)
    guard Tensor.isRecording(gradient) else { return result }
    let saved = Saved(x)
    return try result.recorded(name, gradient) { second, into in
      try into(0) { try saved.value(into).rectifiedBackward(name, slope, second) }
    }
  }

  /// g (1 − y²), for y = tanh x.
  func tanhBackward(_ gradient: Tensor) throws -> Tensor {
    guard !Tensor.isRecording(self, gradient) else {
      return try gradient.mul(square().subtracted(from: 1))
    }
    let result = try Tensor(uninitialized: shape, dtype, "tanh")
    Backend.tanhBackward(try contiguousValues(), try gradient.contiguousValues(), into: result)
    return result
  }

  /// g y (1 − y), for y = σ(x).
  func sigmoidBackward(_ gradient: Tensor) throws -> Tensor {
    guard !Tensor.isRecording(self, gradient) else {
      return try gradient.mul(mul(subtracted(from: 1)))
    }
    let result = try Tensor(uninitialized: shape, dtype, "sigmoid")
    Backend.sigmoidBackward(try contiguousValues(), try gradient.contiguousValues(), into: result)
    return result
  }

  /// x where x > 0, α (eˣ − 1) elsewhere.
  public func elu(alpha: Double = 1) throws -> Tensor {
    try Tensor.select(gt(0), self, clamp(maximum: 0).expm1().mul(alpha))
  }

  /// x Φ(x), Φ(x) = erfc(−x/√2)/2: the exact form, whose left tail keeps its digits.
  public func gelu() throws -> Tensor {
    try mul(mul(-0.5.squareRoot()).erfc().mul(0.5))
  }

  /// x σ(x)
  public func silu() throws -> Tensor { try mul(sigmoid()) }
}
