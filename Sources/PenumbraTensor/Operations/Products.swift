/// Products of vectors and matrices of fixed rank, by the names of BLAS, and sums with them.

extension Tensor {
  /// - Throws: `TensorError` unless the two tensors have the ranks that the operation takes.
  private func requireRanks(
    _ other: Tensor, _ first: Int, _ second: Int, _ operation: String, first position: Int = 1
  ) throws {
    for (offset, (tensor, wanted)) in [(self, first), (other, second)].enumerated()
    where tensor.rank != wanted {
      throw TensorError(
        .shape, operation, argument: "argument \(position + offset)",
        expected: ["a vector [n]", "a matrix [m, n]", "a batch of matrices [b, m, n]"][wanted - 1],
        got: "\(tensor.shape)")
    }
  }

  /// The matrix product under another operation's name.
  private func product(_ other: Tensor, _ operation: String, second position: Int = 2) throws
    -> Tensor
  {
    let inner = other.shape[max(other.rank - 2, 0)]
    guard shape[rank - 1] == inner else {
      let n = shape[rank - 1]
      throw TensorError(
        .shape, operation, argument: "argument \(position)",
        expected: ["[\(n)]", "[\(n), m]", "[\(shape[0]), \(n), m]"][other.rank - 1],
        got: "\(other.shape)")
    }
    return try matmul(other)
  }

  /// Σ x_i y_i of two vectors. [n] · [n] → []
  public func dot(_ other: Tensor) throws -> Tensor {
    try requireRanks(other, 1, 1, "dot")
    return try product(other, "dot")
  }

  /// A x. [m, n] · [n] → [m]
  public func mv(_ vector: Tensor) throws -> Tensor {
    try requireRanks(vector, 2, 1, "mv")
    return try product(vector, "mv")
  }

  /// A B. [m, k] · [k, n] → [m, n]
  public func mm(_ other: Tensor) throws -> Tensor {
    try requireRanks(other, 2, 2, "mm")
    return try product(other, "mm")
  }

  /// A_b B_b for each b of a batch, which does not broadcast. [b, m, k] · [b, k, n] → [b, m, n]
  public func bmm(_ other: Tensor) throws -> Tensor {
    try requireRanks(other, 3, 3, "bmm")
    try requireBatch(other, "bmm", 2)
    return try product(other, "bmm")
  }

  private func requireBatch(_ other: Tensor, _ operation: String, _ position: Int) throws {
    guard shape[0] == other.shape[0] else {
      throw TensorError(
        .shape, operation, argument: "argument \(position)",
        expected: "[\(shape[0]), \(shape[2]), n]", got: "\(other.shape)")
    }
  }

  /// x yᵀ. [m], [n] → [m, n]
  public func outer(_ other: Tensor) throws -> Tensor {
    try requireRanks(other, 1, 1, "outer")
    _ = try Tensor.checkedCount(Shape(elementCount, other.elementCount), dtype, "outer")
    return try unsqueeze(1).mul(other.unsqueeze(0))
  }

  /// Σ over the last dimensions: x[..., i] y[..., i] for all pairs of the others; x y for a scalar.
  ///
  /// [a..., n], [b..., n] → [a..., b...]
  public func inner(_ other: Tensor) throws -> Tensor {
    if rank == 0 || other.rank == 0 { return try mul(other) }
    guard shape[rank - 1] == other.shape[other.rank - 1] else {
      throw TensorError(
        .shape, "inner", argument: "argument 2", expected: "[..., \(shape[rank - 1])]",
        got: "\(other.shape)")
    }
    return try contracted(other, [rank - 1], [other.rank - 1], "inner")
  }

  /// β self + α A B; self broadcasts, and β = 0 leaves it out whatever it holds. → [m, n]
  public func addmm(_ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1) throws -> Tensor
  {
    try a.requireRanks(b, 2, 2, "addmm", first: 2)
    return try added(to: a.product(b, "addmm", second: 3), beta, alpha, "addmm")
  }

  /// β self + α A x. → [m]
  public func addmv(_ a: Tensor, _ vector: Tensor, beta: Double = 1, alpha: Double = 1) throws
    -> Tensor
  {
    try a.requireRanks(vector, 2, 1, "addmv", first: 2)
    return try added(to: a.product(vector, "addmv", second: 3), beta, alpha, "addmv")
  }

  /// β self + α x yᵀ. → [m, n]
  public func addr(_ x: Tensor, _ y: Tensor, beta: Double = 1, alpha: Double = 1) throws -> Tensor {
    try x.requireRanks(y, 1, 1, "addr", first: 2)
    return try added(to: x.outer(y), beta, alpha, "addr")
  }

  /// β self + α A_b B_b for each b of a batch. → [b, m, n]
  public func baddbmm(_ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1) throws
    -> Tensor
  {
    try a.requireRanks(b, 3, 3, "baddbmm", first: 2)
    try a.requireBatch(b, "baddbmm", 3)
    return try added(to: a.product(b, "baddbmm", second: 3), beta, alpha, "baddbmm")
  }

  /// β self + α Σ_b A_b B_b. → [m, n]
  public func addbmm(_ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1) throws -> Tensor
  {
    try a.requireRanks(b, 3, 3, "addbmm", first: 2)
    try a.requireBatch(b, "addbmm", 3)
    return try added(to: a.product(b, "addbmm", second: 3).sum([0]), beta, alpha, "addbmm")
  }

  /// β self + α product
  private func added(to product: Tensor, _ beta: Double, _ alpha: Double, _ name: StaticString)
    throws
    -> Tensor
  {
    guard (try? Shape.broadcast(product.shape, shape, name)) == product.shape else {
      throw TensorError(
        .shape, "\(name)", argument: "argument 1",
        expected: "a shape that broadcasts to \(product.shape)", got: "\(shape)")
    }
    if !product.dtype.isFloating, beta != beta.rounded() || alpha != alpha.rounded() {
      throw TensorError(
        .value, "\(name)", argument: "beta and alpha", expected: "integers beside integer tensors",
        got: "\(beta) and \(alpha)")
    }
    let scaled = try alpha == 1 ? product : product.mul(alpha)
    if beta == 0 { return scaled }
    return try (beta == 1 ? self : mul(beta)).add(scaled)
  }

  /// Σ x_i y_i along a dimension; the shapes broadcast.
  public func vecdot(_ other: Tensor, _ dimension: Int = -1) throws -> Tensor {
    let product = try mul(other)
    return try product.sum([product.vectorDimension(dimension, "vecdot")])
  }

  /// x × y along a dimension of extent 3, which both have; the shapes broadcast.
  public func cross(_ other: Tensor, _ dimension: Int = -1) throws -> Tensor {
    guard rank == other.rank else {
      throw TensorError(
        .shape, "cross", argument: "argument 2", expected: "\(rank) dimensions",
        got: "\(other.shape)")
    }
    let axis = try self.dimension(dimension, "cross")
    for (position, tensor) in [self, other].enumerated() where tensor.shape[axis] != 3 {
      throw TensorError(
        .shape, "cross", argument: "argument \(position + 1)",
        expected: "3 elements in dimension \(axis + 1)", got: "\(tensor.shape)")
    }
    _ = try Shape.broadcast(shape, other.shape, "cross")
    let (next, last) = (
      try Tensor([1, 2, 0] as [Int64], Shape(3)), try Tensor([2, 0, 1] as [Int64], Shape(3))
    )
    return try indexSelect(axis, next).mul(other.indexSelect(axis, last))
      .sub(indexSelect(axis, last).mul(other.indexSelect(axis, next)))
  }

  /// The Kronecker product: each element of x times the whole of y; ranks are made equal.
  ///
  /// [a, b], [c, d] → [a c, b d]
  /// - Throws: `TensorError` for more than four dimensions.
  public func kron(_ other: Tensor) throws -> Tensor {
    let count = max(rank, other.rank)
    guard count <= Dimensions.maximumRank / 2 else {
      throw TensorError(
        .shape, "kron", expected: "at most \(Dimensions.maximumRank / 2) dimensions",
        got: "\(shape) and \(other.shape)")
    }
    var (left, right, target) = (Shape(), Shape(), Shape())
    for index in 0..<count {
      let (x, y) = (extent(index, of: count), other.extent(index, of: count))
      left.append(x)
      left.append(1)
      right.append(1)
      right.append(y)
      let (extent, overflow) = x.multipliedReportingOverflow(by: y)
      guard !overflow else {
        throw TensorError(.memory, "kron", "the result of \(shape) and \(other.shape) is too large")
      }
      target.append(extent)
    }
    return try reshape(left).mul(other.reshape(right)).reshape(target)
  }

  /// The extent of a dimension once ones have been put before the shape to make `count`.
  private func extent(_ index: Int, of count: Int) -> Int {
    index < count - rank ? 1 : shape[index - (count - rank)]
  }
}
