/// The affine map of a layer, x Wᵀ + b, and its derivative with respect to x, which is linear too.

extension Tensor {
  /// f(x Wᵀ + b), f being the identity unless an activation is given.
  ///
  /// self: [..., in], weight: [out, in], bias: [out] → [..., out]. With an activation the result is, bit
  /// for bit, that of the two operations one after the other; what lies between is not kept.
  /// - Throws: `TensorError` when the shapes do not fit.
  public func linear(
    _ weight: Tensor, _ bias: Tensor? = nil, activation: LinearActivation? = nil
  ) throws -> Tensor {
    try checkLinear(weight, bias)
    let result = try linearValues(weight, bias, activation)
    guard Tensor.isRecording(self, weight) || bias.map(Tensor.isRecording) == true else {
      return result
    }
    let (x, w, hasBias) = (Saved(self), Saved(weight), bias != nil)
    let output = activation.map { _ in SavedOutput(result) }
    let record: Node.Backward = { gradient, into in
      var gradient = gradient
      if let activation, let output {
        gradient = try activation.backward(gradient, value: output.value(into))
      }
      try into(0) { try gradient.linearTransposed(w.value(into)) }
      if into.wants(1) { try into.outerProduct(1, left: gradient, right: x.value(into)) }
      if hasBias { try into.rowSum(2, gradient, to: Shape(gradient.shape[gradient.rank - 1])) }
    }
    let name = activation?.name ?? "linear"
    guard let bias else { return try result.recorded(name, self, weight, record) }
    return try result.recorded(name, self, weight, bias, record)
  }

  private func linearValues(
    _ weight: Tensor, _ bias: Tensor?, _ activation: LinearActivation?
  ) throws -> Tensor {
    let (input, output) = (weight.shape[1], weight.shape[0])
    let source = try contiguousValues()
    var target = shape
    target[rank - 1] = output
    let rows = target.elementCount / max(output, 1)
    let result = try Tensor(uninitialized: target, dtype, "linear")
    try Tensor.product(source, rows, input, MatrixOperand(weight).transposed, output, into: result)
    let bias = try bias?.contiguousValues()
    if let activation {
      try activation.apply(bias: bias, to: result, rows: rows, columns: output)
    } else if let bias {
      Backend.addBias(bias, to: result, rows: rows, columns: output)
    }
    return result
  }

  /// g W, the gradient of `linear` with respect to its input.
  ///
  /// self: [..., out], weight: [out, in] → [..., in]
  func linearTransposed(_ weight: Tensor) throws -> Tensor {
    let (input, output) = (weight.shape[1], weight.shape[0])
    let source = try contiguousValues()
    var target = shape
    target[rank - 1] = input
    let rows = target.elementCount / max(input, 1)
    let result = try Tensor(uninitialized: target, dtype, "linear")
    try Tensor.product(
      source, rows, output, try MatrixOperand(weight), input, into: result)
    guard Tensor.isRecording(self, weight) else { return result }
    let (g, w) = (Saved(self), Saved(weight))
    return try result.recorded("linear", self, weight) { second, into in
      try into(0) { try second.linear(w.value(into)) }
      if into.wants(1) { try into.outerProduct(1, left: g.value(into), right: second) }
    }
  }

  /// result = source [rows, k] · matrix [k, n]
  private static func product(
    _ source: Tensor, _ rows: Int, _ k: Int, _ matrix: MatrixOperand, _ n: Int, into result: Tensor
  ) throws {
    guard k > 0 else { return Backend.fill(result, 0) }
    let flat = MatrixOperand(tensor: source, isTransposed: false, leading: max(k, 1))
    try Backend.matrixProduct(flat, matrix, into: result, m: rows, n: n, k: k)
  }

  private func checkLinear(_ weight: Tensor, _ bias: Tensor?) throws {
    guard weight.rank == 2 else {
      throw TensorError(
        .shape, "linear", argument: "weight", expected: "[out, in]", got: "\(weight.shape)")
    }
    guard rank >= 1, shape[rank - 1] == weight.shape[1] else {
      throw TensorError(
        .shape, "linear", argument: "input", expected: "[..., \(weight.shape[1])]", got: "\(shape)")
    }
    if let bias, bias.shape != Shape(weight.shape[0]) {
      throw TensorError(
        .shape, "linear", argument: "bias", expected: "[\(weight.shape[0])]", got: "\(bias.shape)")
    }
    guard weight.dtype == dtype, bias.map({ $0.dtype == dtype }) != false else {
      throw TensorError(
        .dtype, "linear", argument: weight.dtype == dtype ? "bias" : "weight",
        expected: dtype.name, got: (weight.dtype == dtype ? bias ?? weight : weight).dtype.name)
    }
    try requireFloating("linear")
  }
}
