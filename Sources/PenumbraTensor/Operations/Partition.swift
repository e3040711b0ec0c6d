/// Stretches of a dimension as parts of a tensor, and their gradients gathered in one tensor.

/// What a tensor is taken apart into: ranges of one dimension, which may overlap.
///
/// All parts hang on one node of the graph. So their gradients, of which those that nobody asked for
/// count as zero, meet in one tensor of the whole's size, however many parts there are.
struct Partition {
  let operation: StaticString
  let axis: Int
  let ranges: [Range<Int>]
  /// Whether the parts, which then have extent 1, lose the dimension.
  let dropsAxis: Bool

  init(_ operation: StaticString, _ axis: Int, _ ranges: [Range<Int>], dropsAxis: Bool = false) {
    self.operation = operation
    self.axis = axis
    self.ranges = ranges
    self.dropsAxis = dropsAxis
  }

  /// The parts of a tensor, as views.
  ///
  /// - Complexity: O(parts); the derivative O(size + parts), as often as it is taken.
  func parts(of whole: Tensor) throws -> [Tensor] {
    let windows = windows(on: whole)
    guard !windows.isEmpty, Tensor.isRecording(whole) else { return windows }
    let (partition, shape, dtype) = (self, whole.shape, whole.dtype)
    let nodes = ResultNodes(
      operation, inputs: [try whole.edge(operation)], resultCount: windows.count
    ) { gradients, into, _ in
      try into(0) { try partition.whole(of: gradients, shape, dtype) }
    }
    for (index, window) in windows.enumerated() { _ = try window.recorded(nodes.node(index)) }
    return windows
  }

  /// Zeros of `shape` to which each part is added at its place.
  func whole(of parts: [Tensor?], _ shape: Shape, _ dtype: DType) throws -> Tensor {
    let result = try Tensor.zeros(shape, dtype: dtype)
    let isDisjoint = zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
    for (window, part) in zip(windows(on: result), parts) {
      guard let part else { continue }
      if isDisjoint {
        Backend.copy(part, into: window)
      } else {
        Backend.add(part, into: window)
      }
    }
    let given = parts.indices.filter { parts[$0] != nil }
    let inputs = parts.compactMap { $0 }
    guard inputs.contains(where: Tensor.isRecording) else { return result }
    let some = Partition(operation, axis, given.map { ranges[$0] }, dropsAxis: dropsAxis)
    return try result.recorded(operation, inputs: inputs) { gradient, into in
      for (index, part) in try some.parts(of: gradient).enumerated() { try into(index) { part } }
    }
  }

  private func windows(on whole: Tensor) -> [Tensor] {
    ranges.map { range in
      var (shape, strides) = (whole.shape, whole.strides)
      shape[axis] = range.count
      if dropsAxis {
        shape.remove(at: axis)
        strides.remove(at: axis)
      }
      let start = range.isEmpty ? 0 : range.lowerBound * whole.strides[axis]
      return whole.window(offset: whole.offset + start, shape: shape, strides: strides)
    }
  }
}
