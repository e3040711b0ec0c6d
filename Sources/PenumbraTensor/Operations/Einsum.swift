/// Sums of products by subscripts, contracted two tensors at a time.

extension Tensor {
  /// Sums of products of elements, as subscripts say: "ij,jk->ik" is the matrix product.
  ///
  /// A letter names a dimension; equal letters run together, and those that are not in the result are
  /// summed. A letter twice in one tensor takes its diagonal. "..." stands for any further
  /// dimensions, which broadcast as extents of 1 do. Without "->" the result has the ellipsis and then
  /// the letters that occur once, in the alphabet's order (capitals first).
  ///
  /// - Throws: `TensorError` naming the subscript that does not fit.
  /// - Complexity: that of the products, pairs being contracted in the order that keeps what is left
  ///   smallest, each as one batched matrix product.
  public static func einsum(_ equation: String, _ operands: [Tensor]) throws -> Tensor {
    guard let first = operands.first else {
      throw EinsumEquation.error("expected at least one tensor, got none")
    }
    let plan = try EinsumEquation(equation, operands)
    let dtype = operands.dropFirst().reduce(first.dtype) { common, next in
      DType.wider(common, next.dtype)
    }
    var factors = try zip(operands, plan.inputs).map { operand, subscripts in
      try EinsumFactor(operand.to(dtype), subscripts).diagonal()
    }
    for index in factors.indices { try factors[index].dropBroadcast(plan.extents) }
    while factors.count > 1 {
      try Interruption.check("einsum")
      let (a, b) = cheapestPair(factors, plan)
      let right = factors.remove(at: b)
      let left = factors.remove(at: a)
      let rest = Set(plan.output).union(factors.flatMap(\.subscripts))
      factors.insert(try left.product(right, keeping: rest), at: a)
    }
    return try factors[0].arranged(as: plan.output)
  }

  /// The pair whose product is smallest in comparison with its factors.
  private static func cheapestPair(_ factors: [EinsumFactor], _ plan: EinsumEquation) -> (Int, Int)
  {
    if factors.count == 2 { return (0, 1) }
    var uses: [Subscript: Int] = [:]
    for name in plan.output { uses[name, default: 0] += 1 }
    for factor in factors { for name in factor.subscripts { uses[name, default: 0] += 1 } }
    var best = (0, 1)
    var least = (Double.infinity, Double.infinity)
    for a in 0..<(factors.count - 1) {
      for b in (a + 1)..<factors.count {
        let (left, right) = (factors[a], factors[b])
        var (size, work) = (1.0, 1.0)
        for name in Set(left.subscripts).union(right.subscripts) {
          let own =
            (left.subscripts.contains(name) ? 1 : 0) + (right.subscripts.contains(name) ? 1 : 0)
          let extent = Double(plan.extents[name] ?? 1)
          work *= extent
          if uses[name, default: 0] > own { size *= extent }
        }
        let growth = size - Double(left.tensor.elementCount) - Double(right.tensor.elementCount)
        if (growth, work) < least { (least, best) = ((growth, work), (a, b)) }
      }
    }
    return best
  }
}

/// A tensor whose dimensions have subscripts.
private struct EinsumFactor {
  var tensor: Tensor
  var subscripts: [Subscript]

  init(_ tensor: Tensor, _ subscripts: [Subscript]) {
    (self.tensor, self.subscripts) = (tensor, subscripts)
  }

  /// With each subscript once: repeated ones become a diagonal.
  func diagonal() throws -> EinsumFactor {
    var result = self
    var index = 0
    while index < result.subscripts.count {
      let name = result.subscripts[index]
      if let again = result.subscripts[(index + 1)...].firstIndex(of: name) {
        result.tensor = try result.tensor.diagonal(0, index, again)
        result.subscripts.remove(at: again)
        result.subscripts.remove(at: index)
        result.subscripts.append(name)
      } else {
        index += 1
      }
    }
    return result
  }

  /// Without dimensions of extent 1 that another tensor stretches.
  mutating func dropBroadcast(_ extents: [Subscript: Int]) throws {
    for index in subscripts.indices.reversed()
    where tensor.shape[index] == 1 && extents[subscripts[index]] != 1 {
      tensor = try tensor.squeeze(index)
      subscripts.remove(at: index)
    }
  }

  /// With the sum taken over the subscripts that nothing else needs.
  private func summed(keeping kept: Set<Subscript>) throws -> EinsumFactor {
    let idle = subscripts.indices.filter { !kept.contains(subscripts[$0]) }
    if idle.isEmpty { return self }
    return EinsumFactor(
      try tensor.sum(Array(idle)), subscripts.filter { kept.contains($0) })
  }

  /// Σ over what both have and `rest` does not need.
  func product(_ other: EinsumFactor, keeping rest: Set<Subscript>) throws -> EinsumFactor {
    let a = try summed(keeping: rest.union(other.subscripts))
    let b = try other.summed(keeping: rest.union(subscripts))
    let common = a.subscripts.filter { b.subscripts.contains($0) }
    let batch = common.filter { rest.contains($0) }
    let inner = common.filter { !rest.contains($0) }
    let left = a.subscripts.filter { !common.contains($0) }
    let right = b.subscripts.filter { !common.contains($0) }
    let result = batch + left + right
    guard result.count <= Dimensions.maximumRank else {
      throw EinsumEquation.error(
        "an intermediate result of \(result.count) dimensions; at most \(Dimensions.maximumRank) "
          + "are possible")
    }
    // x: [batch..., left..., inner...], y: [batch..., inner..., right...]
    if inner.isEmpty || (left.isEmpty && right.isEmpty) {
      let x = try a.aligned(to: batch + left + right + inner)
      let y = try b.aligned(to: batch + left + right + inner)
      let product = try x.mul(y)
      if inner.isEmpty { return EinsumFactor(product, result) }
      return EinsumFactor(
        try product.sum(Array(result.count..<(result.count + inner.count))), result)
    }
    let (x, y) = (try a.ordered(batch + left + inner), try b.ordered(batch + inner + right))
    let (count, m) = (x.extents(0, batch.count), x.extents(batch.count, left.count))
    let k = y.extents(batch.count, inner.count)
    let n = y.extents(batch.count + inner.count, right.count)
    var target = Shape()
    for index in 0..<(batch.count + left.count) { target.append(x.shape[index]) }
    for index in 0..<right.count { target.append(y.shape[batch.count + inner.count + index]) }
    let product =
      try batch.isEmpty
      ? x.reshape(Shape(m, k)).matmul(y.reshape(Shape(k, n)))
      : x.reshape(Shape(count, m, k)).matmul(y.reshape(Shape(count, k, n)))
    return EinsumFactor(try product.reshape(target), result)
  }

  /// The dimensions in the order of these subscripts, which are this factor's.
  private func ordered(_ names: [Subscript]) throws -> Tensor {
    let order = names.compactMap { subscripts.firstIndex(of: $0) }
    return try order == Array(subscripts.indices) ? tensor : tensor.permute(order)
  }

  /// The dimensions in the order of these subscripts, with 1 for those that are missing.
  private func aligned(to names: [Subscript]) throws -> Tensor {
    let own = try ordered(names.filter { subscripts.contains($0) })
    var target = Shape()
    for name in names {
      target.append(subscripts.firstIndex(of: name).map { tensor.shape[$0] } ?? 1)
    }
    return try own.reshape(target)
  }

  /// The result: summed and in order.
  func arranged(as output: [Subscript]) throws -> Tensor {
    try summed(keeping: Set(output)).ordered(output)
  }
}

extension Tensor {
  /// The product of `count` extents from `start`.
  fileprivate func extents(_ start: Int, _ count: Int) -> Int {
    extents(Array(start..<(start + count)))
  }
}

extension DType {
  /// The type that holds both, whatever the ranks.
  fileprivate static func wider(_ a: DType, _ b: DType) -> DType {
    let order: [DType] = [.bool, .uint8, .int64, .float32, .float64]
    let (x, y) = (order.firstIndex(of: a) ?? 0, order.firstIndex(of: b) ?? 0)
    return x >= y ? a : b
  }
}
