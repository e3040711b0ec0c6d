/// Matrix products of any rank, and the sum of outer products that is their weights' derivative.

extension Tensor {
  /// The matrix product, as PyTorch's: vectors are treated as a row or a column, leading dimensions
  /// broadcast. [..., n, k] × [..., k, m] → [..., n, m]
  ///
  /// Integers (not booleans) are multiplied too; their sums wrap around.
  public func matmul(_ other: Tensor) throws -> Tensor {
    guard rank > 0, other.rank > 0 else {
      throw TensorError(
        .shape, "matmul", expected: "tensors with at least one dimension",
        got: "\(shape) and \(other.shape)")
    }
    let dtype = DType.promoted(self, other)
    guard dtype != .bool else {
      throw TensorError(.dtype, "matmul", expected: "tensors of numbers", got: "\(self.dtype)")
    }
    let inner = other.shape[max(other.rank - 2, 0)]
    guard shape[rank - 1] == inner else {
      throw TensorError(
        .shape, "matmul", argument: "argument 2",
        expected: other.rank == 1 ? "[\(shape[rank - 1])]" : "[\(shape[rank - 1]), n]",
        got: "\(other.shape)")
    }
    var (a, b) = (try to(dtype), try other.to(dtype))
    if rank == 1 { a = try a.unsqueeze(0) }
    if other.rank == 1 { b = try b.unsqueeze(1) }
    var result = try a.matrixProduct(b)
    if rank == 1 { result = try result.squeeze(-2) }
    if other.rank == 1 { result = try result.squeeze(-1) }
    return result
  }

  private func matrixProduct(_ b: Tensor) throws -> Tensor {
    try b.rank == 2 ? plainProduct(b) : batchedProduct(b)
  }

  /// [..., n, k] × [k, m] → [..., n, m], one product over all rows
  private func plainProduct(_ b: Tensor) throws -> Tensor {
    let result = try GradientMode.with(false) { try rowsMerged().productValues(b) }
    var target = shape
    target[rank - 1] = b.shape[1]
    let shaped = rank == 2 ? result : result.contiguousWindow(target)
    guard Tensor.isRecording(self, b) else { return shaped }
    let (x, y) = (Saved(self), Saved(b))
    return try shaped.recorded("matmul", self, b) { gradient, into in
      try into(0) { try gradient.matmul(y.value(into).transpose(0, 1)) }
      // With all leading dimensions, so that an observer can tell positions from examples.
      try into.outerProduct(1, left: x.value(into), right: gradient)
    }
  }

  /// [..., k] → [rows, k]
  private func rowsMerged() throws -> Tensor {
    if rank == 2 { return self }
    var rows = shape
    rows[rank - 1] = 1
    return try reshape(Shape(rows.elementCount, shape[rank - 1]))
  }

  /// A fresh contiguous tensor under another shape of as many elements.
  private func contiguousWindow(_ target: Shape) -> Tensor {
    Tensor(
      storage: storage, offset: offset, shape: target, strides: target.contiguousStrides,
      dtype: dtype)
  }

  private func productValues(_ b: Tensor) throws -> Tensor {
    let (m, k, n) = (shape[0], shape[1], b.shape[1])
    let result = try Tensor(uninitialized: Shape(m, n), dtype, "matmul")
    if k == 0 {
      Backend.fill(result, 0)
    } else {
      try Backend.matrixProduct(
        MatrixOperand(self), MatrixOperand(b), into: result, m: m, n: n, k: k)
    }
    return result
  }

  /// [..., n, k] × [..., k, m] → [..., n, m] with broadcast leading dimensions
  private func batchedProduct(_ other: Tensor) throws -> Tensor {
    var (leadA, leadB) = (shape, other.shape)
    for _ in 0..<2 {
      leadA.remove(at: leadA.rank - 1)
      leadB.remove(at: leadB.rank - 1)
    }
    let lead = try Shape.broadcast(leadA, leadB, "matmul")
    let (n, k, m) = (shape[rank - 2], shape[rank - 1], other.shape[other.rank - 1])
    let (a, b) = (try expand(to: lead.appending(n, k)), try other.expand(to: lead.appending(k, m)))
    let result = try GradientMode.with(false) { try a.batchedValues(b, lead, n, k, m) }
    guard Tensor.isRecording(a, b) else { return result }
    let (x, y) = (Saved(a), Saved(b))
    return try result.recorded("matmul", a, b) { gradient, into in
      try into(0) { try gradient.matmul(y.value(into).transpose(-1, -2)) }
      try into(1) { try x.value(into).transpose(-1, -2).matmul(gradient) }
    }
  }

  /// One product for each position of `lead`, at whatever strides the operands have.
  private func batchedValues(_ b: Tensor, _ lead: Shape, _ n: Int, _ k: Int, _ m: Int) throws
    -> Tensor
  {
    let result = try Tensor(uninitialized: lead.appending(n, m), dtype, "matmul")
    if k == 0 { Backend.fill(result, 0) }
    if k == 0 || result.elementCount == 0 { return result }
    let (x, y) = (try MatrixOperand(self), try MatrixOperand(b))
    let loop = StridedLoop(
      lead, x.tensor.strides.dropping(2), y.tensor.strides.dropping(2), result.strides.dropping(2))
    try loop.forEachRun { run in
      for index in 0..<run.count {
        try Interruption.check("matmul")
        try Backend.matrixProduct(
          x, y, into: result,
          offsets: (
            run.offsets.0 + index * run.strides.0, run.offsets.1 + index * run.strides.1,
            run.offsets.2 + index * run.strides.2
          ), m: n, n: m, k: k)
      }
    }
    return result
  }

  /// Σ over all leading positions of left ⊗ right. self: [..., p], right: [..., q] → [p, q]
  func outerProductSum(_ right: Tensor) throws -> Tensor {
    let (p, q) = (shape[rank - 1], right.shape[right.rank - 1])
    var count = 1
    for index in 0..<(rank - 1) { count *= shape[index] }
    let left = try rank == 2 ? self : reshape(Shape(count, p))
    let other = try right.rank == 2 ? right : right.reshape(Shape(count, q))
    if Tensor.isRecording(left, other) || left.dtype != other.dtype || !dtype.isFloating {
      return try left.transpose(0, 1).matmul(other)
    }
    let result = try Tensor(uninitialized: Shape(p, q), dtype, "matmul")
    if count == 0 {
      Backend.fill(result, 0)
    } else {
      try Backend.matrixProduct(
        MatrixOperand(left).transposed, MatrixOperand(other), into: result, m: p, n: q, k: count)
    }
    return result
  }
}

extension Dimensions {
  init(_ first: Int, _ second: Int, _ third: Int) {
    self.init(first, second)
    append(third)
  }

  /// These and two more; there must be room.
  func appending(_ first: Int, _ second: Int) -> Dimensions {
    var result = self
    result.append(first)
    result.append(second)
    return result
  }

  /// All but the last `count`.
  fileprivate func dropping(_ count: Int) -> Dimensions {
    var result = self
    for _ in 0..<count { result.remove(at: result.rank - 1) }
    return result
  }
}
