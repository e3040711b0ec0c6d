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
    return try parts(axis, starts.map { $0..<($0 + min(size, extent - $0)) }, "split")
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
    let ranges = sizes.map { size in
      defer { start += size }
      return start..<(start + size)
    }
    return try parts(axis, ranges, "split")
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
      return try parts(axis, pieces(count, "chunk").map { _ in 0..<0 }, "chunk")
    }
    let size = (extent - 1) / count + 1
    let starts = try pieces((extent - 1) / size + 1, "chunk").map { $0 * size }
    return try parts(axis, starts.map { $0..<($0 + min(size, extent - $0)) }, "chunk")
  }

  /// `sections` parts whose sizes differ by at most one, the greater ones first.
  public func tensorSplit(_ sections: Int, _ dimension: Int = 0) throws -> [Tensor] {
    let axis = try self.dimension(dimension, "tensor_split")
    guard sections > 0 else {
      throw TensorError(
        .value, "tensor_split", argument: "sections", expected: "at least 1", got: "\(sections)")
    }
    let (small, extra) = shape[axis].quotientAndRemainder(dividingBy: sections)
    let ranges = try pieces(sections, "tensor_split").map { index in
      let start = index * small + min(index, extra)
      return start..<(start + small + (index < extra ? 1 : 0))
    }
    return try parts(axis, ranges, "tensor_split")
  }

  /// The parts before, between and after the given positions, which may lie outside (as in a slice
  /// of Python's; negative ones count from the end).
  public func tensorSplit(_ positions: [Int], _ dimension: Int = 0) throws -> [Tensor] {
    let axis = try self.dimension(dimension, "tensor_split")
    let extent = shape[axis]
    let cuts = positions.map { min(max($0 < 0 ? $0 + extent : $0, 0), extent) }
    let ranges = zip([0] + cuts, cuts + [extent]).map { $0..<max($0, $1) }
    return try parts(axis, ranges, "tensor_split")
  }

  /// Each position of a dimension, which goes away.
  public func unbind(_ dimension: Int = 0) throws -> [Tensor] {
    let axis = try self.dimension(dimension, "unbind")
    let ranges = try pieces(shape[axis], "unbind").map { $0..<($0 + 1) }
    return try Partition("unbind", axis, ranges, dropsAxis: true).parts(of: self)
  }

  private func parts(_ axis: Int, _ ranges: [Range<Int>], _ operation: StaticString) throws
    -> [Tensor]
  {
    try Partition(operation, axis, ranges).parts(of: self)
  }

  private func pieces(_ count: Int, _ operation: StaticString) throws -> Range<Int> {
    guard count <= Tensor.maximumParts else {
      throw TensorError(
        .value, "\(operation)", expected: "at most \(Tensor.maximumParts) parts", got: "\(count)")
    }
    return 0..<count
  }
}
