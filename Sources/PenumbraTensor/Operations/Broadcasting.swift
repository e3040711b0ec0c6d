/// Shapes that stretch to each other, and the sum that undoes it.

internal import CKernels

extension Dimensions {
  /// The shape that both broadcast to: aligned at the end, extents equal or 1.
  @inline(__always)
  static func broadcast(_ a: Shape, _ b: Shape, _ operation: StaticString) throws -> Shape {
    if a == b { return a }
    return try stretched(a, b, operation)
  }

  private static func stretched(_ a: Shape, _ b: Shape, _ operation: StaticString) throws -> Shape {
    var result = a.rank >= b.rank ? a : b
    let short = a.rank >= b.rank ? b : a
    let shift = result.rank - short.rank
    for index in 0..<short.rank {
      let (x, y) = (result[index + shift], short[index])
      if x == y || y == 1 { continue }
      guard x == 1 else {
        throw TensorError(
          .shape, "\(operation)", argument: "argument 2",
          expected: "a shape that broadcasts with \(a)", got: "\(b)")
      }
      result[index + shift] = y
    }
    return result
  }
}

extension Tensor {
  /// This tensor repeated to `target` without copying.
  ///
  /// - Throws: `TensorError` when an extent that is not 1 differs.
  public func expand(to target: Shape) throws -> Tensor {
    if shape == target { return self }
    guard rank <= target.rank, try Shape.broadcast(shape, target, "expand") == target else {
      throw TensorError(
        .shape, "expand", expected: "a shape that \(shape) broadcasts to", got: "\(target)")
    }
    _ = try Tensor.checkedCount(target, dtype, "expand")
    let result = window(offset: offset, shape: target, strides: broadcastStrides(target))
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded("expand", self) { gradient, into in
      try into.broadcast(0, to: own) { gradient }
    }
  }

  /// The sum over the dimensions in which `target` was stretched to this shape.
  func sum(to target: Shape) throws -> Tensor {
    if shape == target { return self }
    let shift = rank - target.rank
    if shape.ends(with: target) {
      return try sumOfRows(target) ?? sum(Array(0..<shift))
    }
    var dimensions: [Int] = Array(0..<shift)
    for index in 0..<target.rank where target[index] == 1 && shape[index + shift] != 1 {
      dimensions.append(index + shift)
    }
    let summed = try sum(dimensions, keepDimensions: true)
    return summed.shape == target ? summed : try summed.reshape(target)
  }

  /// The sum over the leading dimensions, as `sum` makes it, without a plan: for gradients of biases.
  /// Nil where it has to be recorded or memory lies otherwise.
  private func sumOfRows(_ target: Shape) throws -> Tensor? {
    let columns = target.elementCount
    guard columns > 1, elementCount >= 64, isContiguous, dtype.isFloating,
      !Tensor.isRecording(self)
    else { return nil }
    let result = try Tensor(uninitialized: target, dtype, "sum")
    Backend.reduceColumns(
      PN_SUM, self, blocks: 1, rows: elementCount / columns, columns: columns, into: result)
    return result
  }
}
