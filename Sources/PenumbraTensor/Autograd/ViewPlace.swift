/// Where a view lies in its base, and the derivatives of reading and writing there.

/// A window on the memory of a base, without the memory: it is applied to the base's gradients, whose
/// elements are laid out as the base's are for that.
final class ViewPlace: Sendable {
  private let baseShape: Shape
  private let baseStrides: Strides
  private let isDense: Bool
  /// Elements of memory from the base's lowest to its highest, and the first element's place there.
  private let extent: Int
  private let baseStart: Int
  let shape: Shape
  private let strides: Strides
  private let start: Int
  /// Whether two elements of the view may lie in one place.
  let mayOverlap: Bool

  init(of view: Tensor, in base: Tensor) {
    (baseShape, baseStrides) = (base.shape, base.strides)
    isDense = base.isContiguous
    var (low, high) = (0, 0)
    if !isDense {
      for index in 0..<base.rank {
        let reach = (base.shape[index] - 1) * base.strides[index]
        if reach < 0 { low += reach } else { high += reach }
      }
    }
    extent = isDense ? base.elementCount : high - low + 1
    baseStart = -low
    (shape, strides) = (view.shape, view.strides)
    start = view.offset - base.offset - low
    mayOverlap = view.mayOverlap
  }

  /// The gradients of a base in memory that has a place for each of the base's, and the window there.
  private func laidOut(_ gradient: Tensor, isOwn: Bool) throws -> Tensor {
    if isDense { return isOwn ? try gradient.copied() : try gradient.contiguousValues() }
    let memory = try Tensor(uninitialized: Shape(extent), gradient.dtype, "view")
    Backend.copy(gradient, into: baseWindow(memory))
    return memory
  }

  private func baseWindow(_ memory: Tensor) -> Tensor {
    memory.window(offset: memory.offset + baseStart, shape: baseShape, strides: baseStrides)
  }

  private func window(_ memory: Tensor) -> Tensor {
    memory.window(offset: memory.offset + start, shape: shape, strides: strides)
  }

  /// The view's part of a base's values.
  func values(_ base: Tensor) throws -> Tensor {
    try window(laidOut(base, isOwn: false)).copied()
  }

  /// A base's values with zeros in the view's place.
  func cleared(_ base: Tensor) throws -> Tensor {
    let memory = try laidOut(base, isOwn: true)
    Backend.fill(window(memory), 0)
    return isDense ? memory : try baseWindow(memory).copied()
  }

  /// A base's values that are zero outside the view; what meets in one place is added.
  func embedded(_ part: Tensor) throws -> Tensor {
    let memory = try Tensor.zeros(isDense ? baseShape : Shape(extent), dtype: part.dtype)
    if mayOverlap {
      Backend.add(part, into: window(memory))
    } else {
      Backend.copy(part, into: window(memory))
    }
    return isDense ? memory : try baseWindow(memory).copied()
  }
}

extension Tensor {
  /// The part of a base's gradient that belongs to a view.
  func part(at place: ViewPlace) throws -> Tensor {
    let result = try place.values(self)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("view", self) { gradient, into in
      try into(0) { try gradient.embedded(at: place) }
    }
  }

  /// A base's gradient from that of a view.
  func embedded(at place: ViewPlace) throws -> Tensor {
    let result = try place.embedded(self)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("view", self) { gradient, into in
      try into(0) { try gradient.part(at: place) }
    }
  }

  /// A base's gradient without the part that a view overwrote.
  func cleared(at place: ViewPlace) throws -> Tensor {
    let result = try place.cleared(self)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("view", self) { gradient, into in
      try into(0) { try gradient.cleared(at: place) }
    }
  }

  /// This view's node after a recorded change of its base: the part of what the base is now.
  func refreshed(from base: Tensor) -> Node? {
    guard nodeVersion >= 0, node?.isLeaf != true else {
      // Nothing is known of an unrecorded view of a changed base; `edge` says so.
      return node == nil && ~nodeVersion != base.nodeVersion ? base.node : node
    }
    let place = ViewPlace(of: self, in: base)
    let old = node
    node = base.node.map { origin in
      Node("view", origin, nil, nil) { gradient, into in
        try into(0) { try gradient.embedded(at: place) }
      }
    }
    node?.inheritKeeping(from: old)
    nodeVersion = base.nodeVersion
    return node
  }

  /// Records that a part of this tensor, which is no view, was given the values of `value`.
  func recordChange(of part: Tensor, by value: Node?, _ operation: StaticString) throws {
    let place = ViewPlace(of: part, in: self)
    let old = node
    _ = try recorded(
      Node(operation, old, value, nil) { gradient, into in
        try into(0) { try gradient.cleared(at: place) }
        try into(1) { try gradient.part(at: place) }
      })
    node?.inheritKeeping(from: old)
    nodeVersion &+= 1
  }
}
