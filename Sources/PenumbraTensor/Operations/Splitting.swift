/// Tensors taken apart along a dimension; the parts are views.

extension Tensor {
  /// The most parts that one call gives.
  static let maximumParts = 1 << 20

  /// Parts of `size` positions each; the last one may be smaller.
  ///
  /// - Throws: `TensorError` for a size below 1 (0 is allowed where there is nothing to split).
  public func split(_ size: Int, _ dimension: Int = 0) throws -> [Tensor] {
    let axis = try self.dimension(dimension, "split")
    let extent = shape[axis]
    guard size > 0 || size == 0 && extent == 0 else {
      throw TensorError(
        .value, "split", argument: "size", expected: "at least 1", got: "\(size)")
    }
    let starts = extent == 0 ? [0] : try pieces((extent - 1) / size + 1, "split").map { $0 * size }
    return try starts.map { try narrow(axis, start: $0, count: min(size, extent - $0)) }
  }

  /// Parts of the given sizes, which sum to the dimension's extent.
  public func split(_ sizes: [Int], _ dimension: Int = 0) throws -> [Tensor] {
    let axis = try self.dimension(dimension, "split")
    var (total, isValid) = (0, true)
    for size in sizes {
      let (sum, overflow) = total.addingReportingOverflow(size)
      isValid = isValid && size >= 0 && !overflow
      total = sum
    }
    guard isValid, total == shape[axis] else {
      throw TensorError(
        .value, "split", argument: "sizes",
        expected: "sizes of at least 0 whose sum is \(shape[axis])", got: "\(sizes)")
    }
    var start = 0
    return try sizes.map { size in
      defer { start += size }
      return try narrow(axis, start: start, count: size)
    }
  }

  /// At most `count` parts of equal size ⌈extent / count⌉; the last one may be smaller.
  public func chunk(_ count: Int, _ dimension: Int = 0) throws -> [Tensor] {
    let axis = try self.dimension(dimension, "chunk")
    guard count > 0 else {
      throw TensorError(
        .value, "chunk", argument: "chunks", expected: "at least 1", got: "\(count)")
    }
    let extent = shape[axis]
    guard extent > 0 else {
      return try pieces(count, "chunk").map { _ in try narrow(axis, start: 0, count: 0) }
    }
    return try split((extent - 1) / count + 1, axis)
  }

  /// `sections` parts whose sizes differ by at most one, the greater ones first.
  public func tensorSplit(_ sections: Int, _ dimension: Int = 0) throws -> [Tensor] {
    let axis = try self.dimension(dimension, "tensor_split")
    guard sections > 0 else {
      throw TensorError(
        .value, "tensor_split", argument: "sections", expected: "at least 1", got: "\(sections)")
    }
    let (small, extra) = shape[axis].quotientAndRemainder(dividingBy: sections)
    return try pieces(sections, "tensor_split").map { index in
      try narrow(
        axis, start: index * small + min(index, extra), count: small + (index < extra ? 1 : 0))
    }
  }

  /// The parts before, between and after the given positions, which may lie outside (as in a slice
  /// of Python's; negative ones count from the end).
  public func tensorSplit(_ positions: [Int], _ dimension: Int = 0) throws -> [Tensor] {
    let axis = try self.dimension(dimension, "tensor_split")
    let extent = shape[axis]
    let cuts = positions.map { min(max($0 < 0 ? $0 + extent : $0, 0), extent) }
    return try zip([0] + cuts, cuts + [extent]).map { start, end in
      try narrow(axis, start: start, count: max(end - start, 0))
    }
  }

  /// Each position of a dimension, which goes away.
  public func unbind(_ dimension: Int = 0) throws -> [Tensor] {
    let axis = try self.dimension(dimension, "unbind")
    return try pieces(shape[axis], "unbind").map { try select(axis, $0) }
  }

  private func pieces(_ count: Int, _ operation: StaticString) throws -> Range<Int> {
    guard count <= Tensor.maximumParts else {
      throw TensorError(
        .value, "\(operation)", expected: "at most \(Tensor.maximumParts) parts", got: "\(count)")
    }
    return 0..<count
  }
}
