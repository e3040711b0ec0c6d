/// All choices of elements: products of sets, and subsets of one size.

extension Tensor {
  /// Every choice of one element of each vector, as rows in lexicographic order: [n₁ n₂ ⋯, k]; a vector
  /// alone stays as it is.
  ///
  /// - Parameter vectors: up to eight, of one dtype.
  public static func cartesianProduct(_ vectors: [Tensor]) throws -> Tensor {
    for (index, vector) in vectors.enumerated() where vector.rank != 1 {
      throw TensorError(
        .shape, "cartesian_prod", argument: "tensor \(index + 1)", expected: "a vector",
        got: "shape \(vector.shape)")
    }
    if vectors.count == 1 { return vectors[0] }
    let columns = try meshgrid(vectors).map { try $0.flatten() }
    return try stack(columns, 1)
  }

  /// Every choice of `count` elements of a vector, in the order of their positions, as rows: [C, count]
  /// with C = n! / (count! (n − count)!).
  ///
  /// - Parameter withReplacement: whether an element may be chosen several times.
  /// - Throws: `TensorError` when memory cannot hold the result.
  /// - Complexity: O(size of the result).
  public func combinations(_ count: Int = 2, withReplacement: Bool = false) throws -> Tensor {
    guard rank == 1 else {
      throw TensorError(.shape, "combinations", expected: "a vector", got: "shape \(shape)")
    }
    guard count >= 0 else {
      throw TensorError(
        .value, "combinations", argument: "r", expected: "at least 0", got: "\(count)")
    }
    if count == 0 { return try Tensor.zeros(Shape(0), dtype: dtype) }
    let (extent, overflow) = elementCount.addingReportingOverflow(withReplacement ? count - 1 : 0)
    guard !overflow, let rows = extent.choose(elementCount == 0 ? .max : count) else {
      throw TensorError(
        .memory, "combinations", "the choices of \(count) from \(elementCount) are too many")
    }
    let target = Shape(rows, count)
    let positions = try Tensor(uninitialized: target, .int64, "combinations")
    // Each row is the one before with its last element that can rise raised.
    for row in 0..<rows {
      let choice = positions.int64s + row * count
      guard row > 0 else {
        for column in 0..<count { choice[column] = Int64(withReplacement ? 0 : column) }
        continue
      }
      choice.update(from: choice - count, count: count)
      var column = count - 1
      while choice[column] == Int64(elementCount - 1 - (withReplacement ? 0 : count - 1 - column)) {
        column -= 1
      }
      choice[column] += 1
      for later in (column + 1)..<max(count, column + 1) {
        choice[later] = choice[later - 1] + (withReplacement ? 0 : 1)
      }
    }
    return try indexSelect(0, positions.reshape(Shape(rows * count))).reshape(target)
  }
}

extension Int {
  /// The number of ways to choose `count` of this many; nil where it is too large for an `Int`.
  fileprivate func choose(_ count: Int) -> Int? {
    guard count <= self else { return 0 }
    // The partial products at least double, so that the loop is short.
    var result = 1
    for step in stride(from: 1, through: Swift.min(count, self - count), by: 1) {
      let product = result.multipliedReportingOverflow(
        by: self - Swift.min(count, self - count) + step)
      if product.overflow { return nil }
      result = product.partialValue / step
    }
    return result
  }
}
