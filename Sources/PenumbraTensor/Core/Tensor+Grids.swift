/// New tensors from a few numbers or vectors: logarithmic scales, grids, Vandermonde's matrix.

internal import Glibc

extension Tensor {
  /// `count` values base^e for evenly spaced exponents e from `start` to `end`, both included.
  public static func logspace(
    _ start: Double, _ end: Double, count: Int, base: Double = 10, dtype: DType = .float32
  ) throws -> Tensor {
    let exponents = try linspace(start, end, count: count, dtype: .float64)
    return try exponents.operand(base).pow(exponents).to(dtype)
  }

  /// The coordinates of the points of a grid: tensor k holds the k-th vector's element at each point.
  ///
  /// - Parameters:
  ///   - vectors: scalars or vectors of one dtype.
  ///   - swapsFirst: whether the first vector runs along the columns ("xy"), not the rows ("ij").
  /// - Returns: views of the vectors, each of the grid's shape.
  public static func meshgrid(_ vectors: [Tensor], swapsFirst: Bool = false) throws -> [Tensor] {
    guard let first = vectors.first, vectors.count <= Dimensions.maximumRank else {
      throw TensorError(
        .value, "meshgrid", expected: "1 to \(Dimensions.maximumRank) vectors",
        got: "\(vectors.count)")
    }
    for (index, vector) in vectors.enumerated() {
      guard vector.rank <= 1, vector.dtype == first.dtype else {
        throw TensorError(
          .shape, "meshgrid", argument: "tensor \(index + 1)",
          expected: "a \(first.dtype) vector", got: "\(vector.dtype) \(vector.shape)")
      }
    }
    // Position of each vector's dimension in the grid.
    var places = Array(vectors.indices)
    if swapsFirst, vectors.count >= 2 { places.swapAt(0, 1) }
    var grid = Shape(repeating: 1, rank: vectors.count)
    for (vector, place) in zip(vectors, places) { grid[place] = vector.elementCount }
    return try zip(vectors, places).map { vector, place in
      var own = Shape(repeating: 1, rank: vectors.count)
      own[place] = vector.elementCount
      return try vector.reshape(own).expand(to: grid)
    }
  }

  /// The powers x^(n − 1), ..., x, 1 of each element, as rows: [m] → [m, n].
  ///
  /// - Parameters:
  ///   - count: n; as many as there are elements when nil.
  ///   - isIncreasing: whether the powers rise from 0.
  public func vander(_ count: Int? = nil, isIncreasing: Bool = false) throws -> Tensor {
    guard rank == 1 else {
      throw TensorError(.shape, "vander", expected: "a vector", got: "shape \(shape)")
    }
    let count = count ?? elementCount
    guard count >= 0 else {
      throw TensorError(
        .value, "vander", argument: "N", expected: "an integer ≥ 0", got: "\(count)")
    }
    let powers = try Tensor(uninitialized: Shape(count), .int64, "vander")
    for index in 0..<count {
      powers.int64s[index] = Int64(isIncreasing ? index : count - 1 - index)
    }
    return try unsqueeze(1).pow(dtype.isFloating ? powers.to(dtype) : powers)
  }
}
