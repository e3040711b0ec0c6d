/// Windows on the same memory: other shapes, other orders, parts.

extension Tensor {
  /// The same elements in row-major order as another shape; one extent may be −1 (whatever remains).
  /// A view of a contiguous tensor, else a copy; `viewed(as:)` never copies.
  ///
  /// - Throws: `TensorError` when the element counts differ.
  public func reshape(_ wanted: Shape) throws -> Tensor {
    let target = try resolved(wanted, "reshape")
    if target == shape { return self }
    let source = try contiguous()
    return try source.reshaped(target, target.contiguousStrides, "reshape")
  }

  /// The same memory as another shape; never a copy. One extent may be −1 (whatever remains).
  ///
  /// - Throws: `TensorError` when the element counts differ, or when no strides lead through this
  ///   tensor's memory in that shape.
  public func viewed(as wanted: Shape) throws -> Tensor {
    let target = try resolved(wanted, "view")
    guard
      let steps = isContiguous
        ? target.contiguousStrides : strides.regrouped(from: shape, to: target)
    else {
      throw TensorError(
        .shape, "view",
        expected: "a shape that fits memory of shape \(shape) and strides \(strides)",
        got: "\(target); use reshape(), which copies")
    }
    return try reshaped(target, steps, "view")
  }

  private func reshaped(_ target: Shape, _ steps: Strides, _ name: StaticString) throws -> Tensor {
    let result = window(offset: offset, shape: target, strides: steps)
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded(name, self) { gradient, into in
      try into(0) { try gradient.reshape(own) }
    }
  }

  /// `wanted` with its −1 replaced, checked to have as many elements as this tensor.
  private func resolved(_ wanted: Shape, _ operation: StaticString) throws -> Shape {
    guard let target = try wanted.completed(elementCount, operation) else {
      throw TensorError(
        .shape, "\(operation)", expected: "a shape with \(elementCount) elements, as \(shape) has",
        got: "\(wanted)")
    }
    return target
  }

  /// Dimensions `first` to `last` merged into one.
  public func flatten(_ first: Int = 0, _ last: Int = -1) throws -> Tensor {
    if rank == 0 { return try reshape(Shape(1)) }
    let (low, high) = (try dimension(first, "flatten"), try dimension(last, "flatten"))
    guard low <= high else {
      throw TensorError(
        .index, "flatten", expected: "a first dimension before the last",
        got: "\(low + 1) and \(high + 1)")
    }
    var target = Shape()
    for index in 0..<rank {
      if index <= low || index > high {
        target.append(shape[index])
      } else {
        target[low] *= shape[index]
      }
    }
    return try reshape(target)
  }

  /// Without a dimension of extent 1 (or all of them).
  public func squeeze(_ dimension: Int? = nil) throws -> Tensor {
    try squeeze(dimension.map { [$0] } ?? Array(0..<rank))
  }

  /// Without those of the given dimensions whose extent is 1.
  public func squeeze(_ dimensions: [Int]) throws -> Tensor {
    let axes = try dimensions.map { try vectorDimension($0, "squeeze") }
    var (target, steps) = (Shape(), Strides())
    for index in 0..<rank where shape[index] != 1 || !axes.contains(index) {
      target.append(shape[index])
      steps.append(strides[index])
    }
    return try reshaped(target, steps, "squeeze")
  }

  /// With a new dimension of extent 1 at `position`.
  public func unsqueeze(_ position: Int) throws -> Tensor { try unsqueeze([position]) }

  /// With new dimensions of extent 1 at the given places of the result.
  public func unsqueeze(_ positions: [Int]) throws -> Tensor {
    let full = rank + positions.count
    guard full <= Dimensions.maximumRank else {
      throw TensorError(
        .shape, "unsqueeze", expected: "at most \(Dimensions.maximumRank) dimensions in the result",
        got: "\(full)")
    }
    var places: [Int] = []
    for position in positions {
      let index = position < 0 ? position + full : position
      guard index >= 0, index < full, !places.contains(index) else {
        throw TensorError(
          .index, "unsqueeze", argument: "dim", expected: "1 to \(full), or negative, each once",
          got: "\(position < 0 ? position : position &+ 1)")
      }
      places.append(index)
    }
    var (target, steps) = (shape, strides)
    for index in places.sorted() {
      let step = index < target.rank ? steps[index] * max(target[index], 1) : 1
      target.insert(1, at: index)
      steps.insert(step, at: index)
    }
    return try reshaped(target, steps, "unsqueeze")
  }

  /// The dimensions in another order.
  public func permute(_ order: [Int]) throws -> Tensor {
    let indices = try order.map { try dimension($0, "permute") }
    guard indices.sorted() == Array(0..<rank) else {
      throw TensorError(
        .shape, "permute", expected: "each of the \(rank) dimensions once",
        got: "[" + order.map { "\($0 < 0 ? $0 : $0 + 1)" }.joined(separator: ", ") + "]")
    }
    var (target, steps) = (shape, strides)
    for (position, index) in indices.enumerated() {
      target[position] = shape[index]
      steps[position] = strides[index]
    }
    let result = window(offset: offset, shape: target, strides: steps)
    guard Tensor.isRecording(self) else { return result }
    var inverse = indices
    for (position, index) in indices.enumerated() { inverse[index] = position }
    let back = inverse
    return try result.recorded("permute", self) { gradient, into in
      try into(0) { try gradient.permute(back) }
    }
  }

  /// Two dimensions exchanged.
  public func transpose(_ first: Int, _ second: Int) throws -> Tensor {
    let (a, b) = (
      try vectorDimension(first, "transpose"), try vectorDimension(second, "transpose")
    )
    if rank == 0 { return try squeeze() }
    var (target, steps) = (shape, strides)
    (target[a], target[b]) = (target[b], target[a])
    (steps[a], steps[b]) = (steps[b], steps[a])
    let result = window(offset: offset, shape: target, strides: steps)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("transpose", self) { gradient, into in
      try into(0) { try gradient.transpose(a, b) }
    }
  }

  /// `count` positions of a dimension from `start`, `step` apart.
  ///
  /// - Throws: `TensorError` when a position lies outside.
  public func narrow(_ dimension: Int, start: Int, count: Int, step: Int = 1) throws -> Tensor {
    let axis = try self.dimension(dimension, "narrow")
    let extent = shape[axis]
    let (reach, overflow) = (max(count, 1) - 1).multipliedReportingOverflow(by: step)
    let (last, overflow2) = start.addingReportingOverflow(reach)
    guard count >= 0, !overflow, !overflow2, step != 0,
      count == 0 ? (0...extent).contains(start) : (0..<extent).contains(start),
      count == 0 || (0..<extent).contains(last)
    else {
      throw TensorError(
        .index, "narrow", argument: "range",
        expected: "positions within 1 to \(extent) of dimension \(axis + 1)",
        got: "\(count) from \(start &+ 1)" + (step == 1 ? "" : " in steps of \(step)"))
    }
    var (target, steps) = (shape, strides)
    target[axis] = count
    // The step of one position means nothing, and may be too large to multiply.
    if count > 1 { steps[axis] = strides[axis] * step }
    let result = window(
      offset: count == 0 ? offset : offset + start * strides[axis], shape: target, strides: steps)
    guard Tensor.isRecording(self) else { return result }
    let extents = shape
    return try result.recorded("narrow", self) { gradient, into in
      try into(0) { try gradient.embedded(in: extents, axis, start, step) }
    }
  }

  /// Zeros of `target`, with this tensor at the positions that `narrow` would take.
  private func embedded(in target: Shape, _ axis: Int, _ start: Int, _ step: Int) throws -> Tensor {
    let count = shape[axis]
    let result = try Tensor.zeros(target, dtype: dtype)
    Backend.copy(
      self, into: try result.narrow(axis, start: start, count: count, step: step))
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("narrow", self) { gradient, into in
      try into(0) { try gradient.narrow(axis, start: start, count: count, step: step) }
    }
  }

  /// Position `index` (negative: from the end) of a dimension, which goes away.
  public func select(_ dimension: Int, _ index: Int) throws -> Tensor {
    let axis = try self.dimension(dimension, "select")
    let position = index < 0 ? index + shape[axis] : index
    guard position >= 0, position < shape[axis] else {
      throw TensorError(
        .index, "select", argument: "index",
        expected: "1 to \(shape[axis]) in dimension \(axis + 1), or negative",
        got: "\(index < 0 ? index : index &+ 1)")
    }
    let part = try narrow(axis, start: position, count: 1)
    var (target, steps) = (part.shape, part.strides)
    target.remove(at: axis)
    steps.remove(at: axis)
    let result = part.window(offset: part.offset, shape: target, strides: steps)
    guard Tensor.isRecording(part) else { return result }
    return try result.recorded("select", part) { gradient, into in
      try into(0) { try gradient.unsqueeze(axis) }
    }
  }
}
