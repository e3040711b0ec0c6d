/// Powers, the exponential, and products of chains of matrices.

extension Tensor {
  /// Aⁿ by repeated squaring; A⁰ is the identity and A⁻ⁿ = (A⁻¹)ⁿ. [..., k, k]
  ///
  /// - Complexity: O(k³ log n) a matrix.
  public func matrixPower(_ exponent: Int) throws -> Tensor {
    guard rank >= 2, shape[rank - 2] == shape[rank - 1] else {
      throw TensorError(
        .shape, "matrix_power", expected: "square matrices [..., n, n]", got: "\(shape)")
    }
    if exponent < 0 { try requireSquare("matrix_power") }
    if exponent == 0 {
      return try mul(0).maskedFill(isFinite().logicalNot(), 0).add(identityBeside())
    }
    var square = try exponent < 0 ? inverse("matrix_power", allowsSingular: false) : self
    var rest = exponent.magnitude
    var result: Tensor?
    while true {
      if rest & 1 == 1 { result = try result.map { try $0.matmul(square) } ?? square }
      rest >>= 1
      if rest == 0 { break }
      try Interruption.check("matrix_power")
      square = try square.matmul(square)
    }
    return try result.map { $0 === self ? try $0.clone() : $0 } ?? clone()
  }

  /// e^A = Σ Aᵏ / k!, by scaling, a Padé approximant of degree 13, and squaring. [..., n, n]
  ///
  /// Source: Higham, "The scaling and squaring method for the matrix exponential revisited" (2005).
  /// - Complexity: O(n³ log ‖A‖) a matrix.
  public func matrixExponential() throws -> Tensor {
    try requireSquare("matrix_exp")
    let n = shape[rank - 1]
    if elementCount == 0 { return try clone() }
    let lead = batchShape
    let flat = try reshape(Shape(lead.elementCount, n, n))
    let squarings = try GradientMode.with(false) {
      try flat.detached().matrixNorm(.one(smallest: false)).doubles().map(Tensor.squarings)
    }
    // Matrices of one size are computed together; too much scaling would cost accuracy.
    var results: [Tensor] = []
    var order: [Int64] = []
    for count in Set(squarings).sorted() {
      let members = squarings.indices.filter { squarings[$0] == count }.map(Int64.init)
      let part =
        try members.count == squarings.count
        ? flat : flat.indexSelect(0, Tensor(members, Shape(members.count)))
      results.append(try part.scaledExponential(count))
      order += members
    }
    if results.count == 1 { return try results[0].reshape(shape) }
    var back = [Int64](repeating: 0, count: order.count)
    for (position, member) in order.enumerated() { back[Int(member)] = Int64(position) }
    return try Tensor.cat(results, 0).indexSelect(0, Tensor(back, Shape(back.count)))
      .reshape(shape)
  }

  /// How often a matrix of that 1-norm is halved so that the approximant is exact to rounding.
  private static func squarings(_ norm: Double) -> Int {
    var (count, rest) = (0, norm)
    while rest.isFinite, rest > 5.371920351148152 {
      rest /= 2
      count += 1
    }
    return count
  }

  private static let padeCoefficients: [Double] = [
    64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600, 1_187_353_796_428_800,
    129_060_195_264_000, 10_559_470_521_600, 670_442_572_800, 33_522_128_640, 1_323_241_920,
    40_840_800, 960_960, 16_380, 182, 1,
  ]

  /// (r(A / 2ˢ))^(2ˢ) with r = (V − U)⁻¹ (V + U), U odd and V even in A.
  private func scaledExponential(_ squarings: Int) throws -> Tensor {
    let b = Tensor.padeCoefficients
    var scale = 1.0
    for _ in 0..<squarings { scale /= 2 }
    let a = try mul(scale)
    let identity = try a.identityBeside()
    let a2 = try a.matmul(a)
    let a4 = try a2.matmul(a2)
    let a6 = try a4.matmul(a2)
    func combination(_ i6: Double, _ i4: Double, _ i2: Double) throws -> Tensor {
      try a6.mul(i6).add(a4.mul(i4)).add(a2.mul(i2))
    }
    let odd = try a.matmul(
      a6.matmul(combination(b[13], b[11], b[9])).add(combination(b[7], b[5], b[3]))
        .add(identity.mul(b[1])))
    let even = try a6.matmul(combination(b[12], b[10], b[8])).add(combination(b[6], b[4], b[2]))
      .add(identity.mul(b[0]))
    var result = try even.sub(odd).solve(even.add(odd))
    for _ in 0..<squarings { result = try result.matmul(result) }
    return result
  }

  /// The product of several matrices in the cheapest order; the first and last may be vectors.
  ///
  /// - Complexity: O(k³) for the order of k matrices, and the products.
  public static func multiDot(_ matrices: [Tensor]) throws -> Tensor {
    guard matrices.count >= 2 else {
      throw TensorError(
        .value, "multi_dot", expected: "at least 2 tensors", got: "\(matrices.count)")
    }
    var chain = matrices
    let (startsWithVector, endsWithVector) = (
      chain[0].rank == 1, chain[chain.count - 1].rank == 1
    )
    if startsWithVector { chain[0] = try chain[0].unsqueeze(0) }
    if endsWithVector { chain[chain.count - 1] = try chain[chain.count - 1].unsqueeze(1) }
    for (position, matrix) in chain.enumerated() {
      let isFitting = position == 0 || chain[position - 1].shape[1] == matrix.shape.array.first
      guard matrix.rank == 2, isFitting else {
        throw TensorError(
          .shape, "multi_dot", argument: "tensor \(position + 1)",
          expected: position == 0 ? "[m, n]" : "[\(chain[position - 1].shape[1]), n]",
          got: "\(matrices[position].shape)")
      }
    }
    var result = try MatrixChain(chain).product(0, chain.count - 1)
    if startsWithVector { result = try result.squeeze(0) }
    if endsWithVector { result = try result.squeeze(-1) }
    return result
  }
}

/// The cheapest way to multiply a chain of matrices, by dynamic programming over its parts.
private struct MatrixChain {
  private let matrices: [Tensor]
  private var splits: [[Int]]

  init(_ matrices: [Tensor]) throws {
    let count = matrices.count
    self.matrices = matrices
    splits = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    let sides = matrices.map { Double($0.shape[0]) } + [Double(matrices[count - 1].shape[1])]
    var costs = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for length in 1..<count {
      try Interruption.check("multi_dot")
      for first in 0..<(count - length) {
        let last = first + length
        costs[first][last] = .infinity
        for split in first..<last {
          let cost =
            costs[first][split] + costs[split + 1][last]
            + sides[first] * sides[split + 1] * sides[last + 1]
          if cost < costs[first][last] { (costs[first][last], splits[first][last]) = (cost, split) }
        }
      }
    }
  }

  func product(_ first: Int, _ last: Int) throws -> Tensor {
    if first == last { return matrices[first] }
    let split = splits[first][last]
    return try product(first, split).matmul(product(split + 1, last))
  }
}
