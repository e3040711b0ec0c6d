/// From a list of indices to windows and positions: what `x[...]` is made of.

/// What a list of indices means for tensors of one shape: a chain of views, and then positions in
/// some of the dimensions that are left.
struct IndexPlan {
  private enum Step {
    case select(axis: Int, Int)
    case narrow(axis: Int, start: Int, count: Int, step: Int)
    case unsqueeze(axis: Int)
  }

  private let operation: StaticString
  private var steps: [Step] = []
  /// The extents after the views.
  private var extents = Shape()
  /// Dimensions after the views, in ascending order, and the positions chosen in them.
  private var chosen: [(axis: Int, positions: Tensor)] = []

  init(_ indices: [TensorIndex], _ shape: Shape, _ operation: StaticString) throws {
    self.operation = operation
    let named = indices.reduce(0) { $0 + $1.dimensionCount }
    guard named <= shape.rank else {
      throw TensorError(
        .index, "\(operation)", expected: "at most \(shape.rank) indices for shape \(shape)",
        got: "\(named)")
    }
    var (source, mayStretch) = (0, true)
    for index in indices {
      if case .ellipsis = index {
        guard mayStretch else {
          throw TensorError(.index, "\(operation)", "an ellipsis may stand there only once")
        }
        mayStretch = false
        for _ in named..<shape.rank { try keep(shape, &source) }
      } else {
        try add(index, shape, &source)
      }
    }
    while source < shape.rank { try keep(shape, &source) }
  }

  private mutating func keep(_ shape: Shape, _ source: inout Int) throws {
    try append(shape[source])
    source += 1
  }

  private mutating func append(_ extent: Int) throws {
    guard extents.rank < Dimensions.maximumRank else { throw tooManyDimensions() }
    extents.append(extent)
  }

  private func tooManyDimensions() -> TensorError {
    TensorError(
      .shape, "\(operation)", "more than \(Dimensions.maximumRank) dimensions are too many")
  }

  private mutating func add(_ index: TensorIndex, _ shape: Shape, _ source: inout Int) throws {
    let axis = extents.rank
    switch index {
    case .ellipsis, .all: try keep(shape, &source)
    case .newAxis:
      steps.append(.unsqueeze(axis: axis))
      try append(1)
    case .position(let position):
      let place = position < 0 ? position + shape[source] : position
      guard place >= 0, place < shape[source] else {
        throw TensorError(
          .index, "\(operation)", argument: "index",
          expected: "1 to \(shape[source]) in dimension \(source + 1), or negative",
          got: "\(position < 0 ? position : position &+ 1)")
      }
      steps.append(.select(axis: axis, place))
      source += 1
    case .range(let first, let last, let step):
      let range = try resolved(first, last, step, shape[source], source)
      steps.append(.narrow(axis: axis, start: range.start, count: range.count, step: step))
      try append(range.count)
      source += 1
    case .positions(let tensor):
      chosen.append((axis, try tensor.positions(below: shape[source], operation)))
      try keep(shape, &source)
    case .mask(let mask): try add(mask, shape, &source)
    }
  }

  /// A mask stands for the positions of its true elements, one tensor a dimension.
  private mutating func add(_ mask: Tensor, _ shape: Shape, _ source: inout Int) throws {
    try mask.requireMask(operation)
    let part = try Shape((source..<(source + mask.rank)).map { shape[$0] })
    guard mask.shape == part else {
      throw TensorError(
        .shape, "\(operation)", argument: "mask",
        expected: "\(part), the extents of the dimensions that it covers", got: "\(mask.shape)")
    }
    let places = try mask.nonzeroPositions()
    if mask.rank == 0 {
      // A truth value: a new dimension that is taken once or not at all.
      steps.append(.unsqueeze(axis: extents.rank))
      chosen.append((extents.rank, places))
      try append(1)
      return
    }
    let strides = part.contiguousStrides
    for index in 0..<mask.rank {
      let coordinate = try Tensor(uninitialized: places.shape, .int64, operation)
      for element in 0..<places.elementCount {
        coordinate.int64s[element] =
          places.int64s[element] / Int64(strides[index]) % Int64(part[index])
      }
      chosen.append((extents.rank, coordinate))
      try keep(shape, &source)
    }
  }

  /// Start and count of positions first ... last, both included.
  private func resolved(_ first: Int, _ last: Int, _ step: Int, _ extent: Int, _ dimension: Int)
    throws -> (start: Int, count: Int)
  {
    guard step != 0 else {
      throw TensorError(.index, "\(operation)", "a range's step cannot be 0")
    }
    let (low, high) = (first < 0 ? first + extent : first, last < 0 ? last + extent : last)
    // {n + 1, n} and the like name nothing, at the tensor's ends too.
    let isEmpty = step > 0 ? high < low : high > low
    let (least, most) = isEmpty ? (-1, extent) : (0, extent - 1)
    guard low >= least, low <= most, high >= least, high <= most else {
      throw TensorError(
        .index, "\(operation)", argument: "index",
        expected: "a range within 1 to \(extent) in dimension \(dimension + 1)",
        got: "{\(first < 0 ? first : first &+ 1), \(last < 0 ? last : last &+ 1)}")
    }
    return isEmpty ? (0, 0) : (low, (high - low) / step + 1)
  }

  /// Whether the part is a window on the tensor's memory.
  var isView: Bool { chosen.isEmpty }
  var hasSteps: Bool { !steps.isEmpty }

  /// The window that positions, ranges and new dimensions leave.
  func view(_ x: Tensor) throws -> Tensor {
    try steps.reduce(x) { view, step in
      switch step {
      case .select(let axis, let position): try view.select(axis, position)
      case .narrow(let axis, let start, let count, let step):
        try view.narrow(axis, start: start, count: count, step: step)
      case .unsqueeze(let axis): try view.unsqueeze(axis)
      }
    }
  }

  /// Whether the dimensions with chosen positions are neighbours.
  var isAdjacent: Bool {
    chosen.indices.dropFirst().allSatisfy { chosen[$0].axis == chosen[$0 - 1].axis + 1 }
  }

  /// The order that brings those dimensions together, in front.
  private var order: [Int] {
    let axes = chosen.map(\.axis)
    return axes + (0..<extents.rank).filter { !axes.contains($0) }
  }

  /// The extents in which positions are looked up, and which of them they are.
  private func arrangement() -> (shape: Shape, axes: Range<Int>) {
    var shape = extents
    let first = isAdjacent ? chosen[0].axis : 0
    if !isAdjacent {
      for (place, axis) in order.enumerated() { shape[place] = extents[axis] }
    }
    return (shape, first..<(first + chosen.count))
  }

  private func commonShape() throws -> Shape {
    try Shape.broadcast(chosen.map(\.positions.shape), operation)
  }

  /// The shape of the part.
  func resultShape() throws -> Shape {
    let (shape, axes) = arrangement()
    var extents = shape.array
    extents.replaceSubrange(axes, with: try commonShape().array)
    guard extents.count <= Dimensions.maximumRank else { throw tooManyDimensions() }
    return try Shape(extents)
  }

  /// The chosen positions in all those dimensions as one, in row-major order.
  func places() throws -> SlicePlaces {
    let (shape, axes) = arrangement()
    let common = try commonShape()
    let positions = try Tensor(
      uninitialized: Shape(try Tensor.checkedCount(common, .int64, operation)), .int64, operation)
    for (number, item) in chosen.enumerated() {
      let part = try item.positions.expand(to: common).contiguousValues()
      let extent = Int64(shape[axes.lowerBound + number])
      for element in 0..<positions.elementCount {
        let before = number == 0 ? 0 : positions.int64s[element] * extent
        positions.int64s[element] = before + part.int64s[element]
      }
    }
    return SlicePlaces(
      operation: operation, layout: SliceLayout(shape, axes), positions: positions)
  }

  /// The chosen positions of a view.
  func chosen(from view: Tensor) throws -> Tensor {
    let shape = try resultShape()
    return try (isAdjacent ? view : view.permute(order)).slices(at: places(), shape)
  }

  /// A copy of a view with its part replaced by a value, or the value added there.
  func changed(_ view: Tensor, _ value: Tensor, accumulate: Bool) throws -> Tensor {
    if isView {
      let new = try fitted(value, to: view.shape)
      return try accumulate ? view.add(new.to(view.dtype)) : new.to(view.dtype).clone()
    }
    let source = try fitted(value, to: resultShape()).to(view.dtype)
    let arranged = try isAdjacent ? view : view.permute(order)
    let result =
      try accumulate
      ? arranged.addingSlices(source, at: places())
      : arranged.replacingSlices(source, at: places())
    if isAdjacent { return result }
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return try result.permute(inverse)
  }

  /// A value broadcast to the part; leading extents of 1 that the part has not do no harm.
  func fitted(_ value: Tensor, to shape: Shape) throws -> Tensor {
    var source = value
    while source.rank > shape.rank, source.shape[0] == 1 { source = try source.squeeze(0) }
    return try source.stretched(to: shape, operation, "value")
  }
}

extension TensorIndex {
  /// How many of the tensor's dimensions it names.
  fileprivate var dimensionCount: Int {
    switch self {
    case .position, .range, .all, .positions: 1
    case .ellipsis, .newAxis: 0
    case .mask(let mask): mask.rank
    }
  }
}
