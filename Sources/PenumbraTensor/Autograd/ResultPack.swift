/// Several results of one operation, whose derivative sees all their gradients together.

/// The shapes of results that lie one after the other in a vector.
///
/// The vector is what the graph records; the results are windows on it. So a gradient reaches the
/// operation's rule as one vector, in which a result that nobody used has zeros.
struct ResultPack {
  private let shapes: [Shape]

  init(_ shapes: [Shape]) { self.shapes = shapes }

  /// A vector of undefined values with room for all results.
  func vector(_ dtype: DType, _ operation: StaticString) throws -> Tensor {
    var count = 0
    for shape in shapes {
      let sum = count.addingReportingOverflow(try Tensor.checkedCount(shape, dtype, operation))
      guard !sum.overflow else {
        throw TensorError(.memory, "\(operation)", "results of shape \(shape) are too large")
      }
      count = sum.partialValue
    }
    return try Tensor(uninitialized: Shape(count), dtype, operation)
  }

  /// The results in a vector, as windows and in its graph.
  func parts(of vector: Tensor) throws -> [Tensor] {
    var start = 0
    return try shapes.map { shape in
      defer { start += shape.elementCount }
      return try vector.narrow(0, start: start, count: shape.elementCount).reshape(shape)
    }
  }

  /// The results' gradients in a vector; nil for one that is zero and depends on nothing.
  func gradients(of vector: Tensor) throws -> [Tensor?] {
    try parts(of: vector).map { part in
      if part.requiresGradient { return part }
      return try part.ne(0).any() ? part : nil
    }
  }
}
