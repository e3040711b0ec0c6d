/// Slices read, added and replaced by position: what indexing and scattering are made of.

/// Where an operation reads or writes: checked positions from 0, int64 [m], in the middle dimension of
/// a tensor seen as [outer, extent, inner]. The positions belong to it alone.
struct SlicePlaces {
  let operation: StaticString
  let layout: SliceLayout
  let positions: Tensor

  /// For each position whether it is the last of its kind, as 1 or 0 in [m, 1]: of several slices
  /// written to one place the last one stays.
  func lastWriters(_ dtype: DType) throws -> Tensor {
    let count = positions.elementCount
    let owners = try Tensor.full(Shape(layout.extent), -1, dtype: .int64)
    for element in 0..<count { owners.int64s[Int(positions.int64s[element])] = Int64(element) }
    let flags = try Tensor(uninitialized: Shape(count, 1), .uint8, operation)
    for element in 0..<count {
      let owner = owners.int64s[Int(positions.int64s[element])]
      flags.bytes[element] = owner == Int64(element) ? 1 : 0
    }
    return try flags.to(dtype)
  }
}

extension Tensor {
  /// The slices at the places, in row-major order as `target`.
  func slices(at places: SlicePlaces, _ target: Shape) throws -> Tensor {
    let source = try contiguousValues()
    let result = try Tensor(uninitialized: target, dtype, places.operation)
    Backend.gatherSlices(source, places.positions, places.layout, into: result)
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded(places.operation, self) { gradient, into in
      try into(0) { try gradient.slicesAdded(to: own, at: places) }
    }
  }

  /// Zeros of `target` to which these slices are added at the places.
  func slicesAdded(to target: Shape, at places: SlicePlaces) throws -> Tensor {
    let result = try Tensor.zeros(target, dtype: dtype)
    Backend.combineSlices(
      .sum, try contiguousValues(), places.positions, places.layout, into: result)
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded(places.operation, self) { gradient, into in
      try into(0) { try gradient.slices(at: places, own) }
    }
  }

  /// A copy to which the source's slices are added at the places.
  func addingSlices(_ source: Tensor, at places: SlicePlaces) throws -> Tensor {
    let result = try copied()
    Backend.combineSlices(
      .sum, try source.contiguousValues(), places.positions, places.layout, into: result)
    guard Tensor.isRecording(self, source) else { return result }
    let part = source.shape
    return try result.recorded(places.operation, self, source) { gradient, into in
      try into(0) { gradient }
      try into(1) { try gradient.slices(at: places, part) }
    }
  }

  /// A copy with the source's slices at the places; of several for one place the last one stays.
  func replacingSlices(_ source: Tensor, at places: SlicePlaces) throws -> Tensor {
    let result = try copied()
    Backend.putSlices(
      try source.contiguousValues(), places.positions, places.layout, into: result)
    guard Tensor.isRecording(self, source) else { return result }
    let part = source.shape
    return try result.recorded(places.operation, self, source) { gradient, into in
      try into(0) { try gradient.fillingSlices(0, at: places) }
      try into(1) {
        let layout = places.layout
        let rows = Shape(layout.outer, places.positions.elementCount, layout.inner)
        return try gradient.slices(at: places, rows).mul(places.lastWriters(gradient.dtype))
          .reshape(part)
      }
    }
  }

  /// A copy with a number at the places.
  func fillingSlices(_ value: Double, at places: SlicePlaces) throws -> Tensor {
    let result = try copied()
    Backend.fillSlices(result, value, places.positions, places.layout)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded(places.operation, self) { gradient, into in
      try into(0) { try gradient.fillingSlices(0, at: places) }
    }
  }

  /// Checked positions 0 ..< extent, contiguous int64; negative ones count from the end.
  func positions(below extent: Int, _ operation: StaticString) throws -> Tensor {
    guard dtype == .int64 || dtype == .uint8 else {
      throw TensorError(
        .dtype, "\(operation)", argument: "index", expected: "an int64 tensor", got: dtype.name)
    }
    let result = try Tensor(uninitialized: shape, .int64, operation)
    Backend.copy(self, into: result)
    let values = result.int64s
    for element in 0..<elementCount {
      let value = values[element]
      let position = value < 0 ? value &+ Int64(extent) : value
      guard position >= 0, position < extent else {
        throw TensorError(
          .index, "\(operation)", argument: "index", expected: "1 to \(extent), or negative",
          got: "\(value < 0 ? value : value &+ 1)")
      }
      values[element] = position
    }
    return result
  }
}
