/// Dimensions split, moved and added by name; the elements stay where they are.

extension Tensor {
  /// One dimension split into several, whose sizes multiply to its extent; one of them may be −1.
  ///
  /// [..., n, ...] → [..., sizes, ...]
  /// - Throws: `TensorError` when they do not, or when there would be more than eight dimensions.
  public func unflatten(_ dimension: Int, _ sizes: Shape) throws -> Tensor {
    let axis = try self.dimension(dimension, "unflatten")
    guard sizes.rank > 0, let parts = try sizes.completed(shape[axis], "unflatten") else {
      throw TensorError(
        .shape, "unflatten", argument: "sizes",
        expected: "sizes whose product is \(shape[axis])", got: "\(sizes)")
    }
    var target = shape.array
    target.replaceSubrange(axis...axis, with: parts.array)
    return try viewed(as: Shape(target, operation: "unflatten"))
  }

  /// The dimensions at `sources` moved to the places `targets`; the others keep their order.
  ///
  /// - Throws: `TensorError` when the lists differ in length or name a dimension twice.
  public func moveDimensions(_ sources: [Int], to targets: [Int]) throws -> Tensor {
    let from = try sources.map { try vectorDimension($0, "movedim") }
    let to = try targets.map { try vectorDimension($0, "movedim") }
    guard from.count == to.count, Set(from).count == from.count, Set(to).count == to.count else {
      throw TensorError(
        .shape, "movedim", expected: "as many targets as sources, each dimension once",
        got: "\(from.map { $0 + 1 }) and \(to.map { $0 + 1 })")
    }
    if rank == 0 { return try squeeze() }
    var rest = (0..<rank).filter { !from.contains($0) }
    for (target, source) in zip(to, from).sorted(by: { $0.0 < $1.0 }) {
      rest.insert(source, at: target)
    }
    return try permute(rest)
  }

  /// With dimensions of extent 1 added until there are at least `count` (1 to 3) of them: in front, but
  /// for the third, which comes last, as in PyTorch's atleast_1d, atleast_2d and atleast_3d.
  public func atLeast(_ count: Int) throws -> Tensor {
    guard (1...3).contains(count) else {
      throw TensorError(.value, "atleast", expected: "1, 2 or 3 dimensions", got: "\(count)")
    }
    var result = self
    while result.rank < count { result = try result.unsqueeze(result.rank < 2 ? 0 : 2) }
    return result
  }

  /// Tensors repeated without copying to the one shape that all of them broadcast to.
  public static func broadcastTensors(_ tensors: [Tensor]) throws -> [Tensor] {
    let target = try Shape.broadcast(tensors.map(\.shape), "broadcast_tensors")
    return try tensors.map { try $0.expand(to: target) }
  }

  /// Windows of `size` neighbours along a dimension, `step` apart; a view in which windows overlap.
  ///
  /// [..., n, ...] → [..., (n − size) / step + 1, ..., size]
  /// - Throws: `TensorError` when size exceeds the extent, or step is less than 1.
  public func unfold(_ dimension: Int, size: Int, step: Int) throws -> Tensor {
    if rank == 0 {
      return try unsqueeze(0).unfold(dimension, size: size, step: step).select(0, 0)
    }
    let axis = try self.dimension(dimension, "unfold")
    guard size >= 0, size <= shape[axis] else {
      throw TensorError(
        .value, "unfold", argument: "size", expected: "0 to \(shape[axis])", got: "\(size)")
    }
    guard step > 0 else {
      throw TensorError(.value, "unfold", argument: "step", expected: "at least 1", got: "\(step)")
    }
    guard rank < Dimensions.maximumRank else {
      throw TensorError(.shape, "unfold", expected: "at most 7 dimensions", got: "\(rank)")
    }
    var (target, steps) = (shape, strides)
    target[axis] = (shape[axis] - size) / step + 1
    target.append(size)
    // The step of one window means nothing, and may be too large to multiply.
    if target[axis] > 1 { steps[axis] = strides[axis] * step }
    steps.append(strides[axis])
    _ = try Tensor.checkedCount(target, dtype, "unfold")
    let result = window(offset: offset, shape: target, strides: steps)
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded("unfold", self) { gradient, into in
      try into(0) { try gradient.folded(into: own, axis, step) }
    }
  }

  /// Zeros of `target`, to which each window is added where `unfold` took it from.
  private func folded(into target: Shape, _ axis: Int, _ step: Int) throws -> Tensor {
    let (count, size) = (shape[axis], shape[rank - 1])
    let result = try Tensor.zeros(target, dtype: dtype)
    try GradientMode.with(false) {
      let windows = try alias().transpose(axis, -1)
      // The shorter way through [size, count]: all windows' k-th elements, or window after window.
      for index in 0..<min(count, size) {
        try Interruption.check("unfold")
        if size <= count {
          Backend.add(
            try alias().select(-1, index),
            into: try result.narrow(axis, start: index, count: count, step: step))
        } else {
          Backend.add(
            try windows.select(-1, index),
            into: try result.narrow(axis, start: index * step, count: size))
        }
      }
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("unfold", self) { gradient, into in
      try into(0) { try gradient.unfold(axis, size: size, step: step) }
    }
  }
}

extension Tensor {
  /// Whether two elements may share one place in memory, as those of overlapping windows do: some
  /// dimension's step is not beyond all that the smaller steps reach.
  @inline(__always)
  var mayOverlap: Bool { isContiguous ? false : stepsMayOverlap }

  private var stepsMayOverlap: Bool {
    if elementCount == 0 { return false }
    var reach = 0
    let wide = (0..<rank).filter { shape[$0] > 1 }
    for index in wide.sorted(by: { strides[$0].magnitude < strides[$1].magnitude }) {
      if strides[index].magnitude <= reach { return true }
      reach += Int(strides[index].magnitude) * (shape[index] - 1)
    }
    return false
  }
}

extension Dimensions {
  /// This shape with its −1 replaced so that it has `count` elements; nil where that is impossible.
  ///
  /// - Throws: `TensorError` for other negative sizes, or more than one −1.
  func completed(_ count: Int, _ operation: StaticString) throws -> Shape? {
    var (target, known, open) = (self, 1, -1)
    for index in 0..<rank {
      if self[index] == -1, open < 0 {
        open = index
        continue
      }
      guard self[index] >= 0 else {
        throw TensorError(
          .shape, "\(operation)", expected: "sizes of at least 0 and at most one -1", got: "\(self)"
        )
      }
      let product = known.multipliedReportingOverflow(by: self[index])
      if product.overflow, !array.contains(0) { return nil }
      known = product.overflow ? 0 : product.partialValue
    }
    if open >= 0 {
      guard known > 0, count % known == 0 else { return nil }
      target[open] = count / known
    }
    return try Tensor.checkedCount(target, .bool, operation) == count ? target : nil
  }

  /// The strides that lead through memory of shape `own` and these strides in row-major order as
  /// `target`, which has as many elements; nil where there are none.
  func regrouped(from own: Shape, to target: Shape) -> Strides? {
    if target.elementCount == 0 { return target.contiguousStrides }
    var result = Strides(repeating: 1, rank: target.rank)
    var next = target.rank - 1
    // A block is a group of neighbouring dimensions that memory holds as one.
    var (block, taken) = (1, 1)
    var step = rank > 0 ? self[rank - 1] : 1
    for index in (0..<rank).reversed() {
      block *= own[index]
      if index > 0, own[index - 1] == 1 || self[index - 1] == block &* step { continue }
      while next >= 0, taken < block || target[next] == 1 {
        result[next] = taken &* step
        taken *= target[next]
        next -= 1
      }
      guard taken == block else { return nil }
      if index > 0 { (block, taken, step) = (1, 1, self[index - 1]) }
    }
    return result
  }

  /// The shape that all of them broadcast to.
  static func broadcast(_ shapes: [Shape], _ operation: StaticString) throws -> Shape {
    try shapes.reduce(Shape()) { try broadcast($0, $1, operation) }
  }
}
