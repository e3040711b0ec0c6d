/// One parameter's per-example gradients in a step, and the sums over them that estimators need.

internal import PenumbraTensor

/// Second moments of a parameter's n per-example gradients n s_i.
struct ExampleMoment {
  /// Σ s_i∘s_i
  let squares: Tensor
  /// Σ s_i, the gradient
  let mean: Tensor
  /// n
  let examples: Int
}

/// The uses of a parameter whose examples are known. With s_i example i's part of the gradient ḡ of a
/// mean loss, ḡ = Σ s_i, and the gradient of example i's own loss is n s_i.
struct ParameterExamples {
  let shape: Shape
  let dtype: DType
  /// n, over all groups
  let count: Int
  /// Uses that share their examples stand in one group; different groups have different examples.
  let groups: [[ExampleUse]]
  /// The gradients of the passes where they are still as they were made.
  let gradients: [Tensor]?

  /// How many elements of explicit per-example gradients are held at a time.
  private static let blockElements = 1 << 21

  func moment() throws -> ExampleMoment {
    try GradientMode.with(false) {
      ExampleMoment(squares: try squares(), mean: try mean(), examples: count)
    }
  }

  /// Σ s_i∘s_i
  func squares() throws -> Tensor {
    let result = try Tensor.zeros(shape, dtype: dtype)
    for group in groups {
      if let factors = commonFactors(group) {
        let isProduct = group[0].isProduct
        try ExampleMoments.addSquares(
          factors, examples: group[0].examples,
          rows: isProduct ? shape[0] : shape.elementCount, columns: isProduct ? shape[1] : 1,
          to: result)
      } else {
        try forEachBlock(group) { rows in
          let part = ExampleFactors(left: try rows.contiguous(), right: nil, firstRow: 0)
          try ExampleMoments.addSquares(
            [part], examples: rows.shape[0], rows: shape.elementCount, columns: 1, to: result)
        }
      }
    }
    return result
  }

  /// Σ s_i: what the passes computed, or, where that was changed in place (clipped, say), anew.
  func mean() throws -> Tensor {
    let terms = try gradients ?? groups.joined().map { try $0.gradient(shape) }
    return try terms.dropFirst().reduce(terms[0]) { try $0.add($1) }
  }

  /// Σ |s_i|², by the Gram matrices of the factors where that is cheaper than making s_i:
  /// |s_i|² = Σ_kl (left_k·left_l)(right_k·right_l). Goodfellow 2015; Li et al. 2022 (ghost norms).
  func squaredNorms() throws -> Double {
    try GradientMode.with(false) {
      var total = 0.0
      for group in groups {
        let factors = try group.compactMap { try $0.outerFactors() }
        let positions = factors.reduce(0) { $0 + $1.left.shape[0] }
        if factors.count == group.count, 2 * positions * positions < shape.elementCount {
          func gram(_ side: [Tensor]) throws -> Tensor {
            let examples = try Tensor.cat(side).to(.float64).transpose(0, 1)
            return try examples.matmul(examples.transpose(-1, -2))
          }
          total += try gram(factors.map(\.left)).mul(gram(factors.map(\.right))).sum().item()
        } else {
          try forEachBlock(group) { total += try $0.to(.float64).square().sum().item() }
        }
      }
      return total
    }
  }

  /// All s_i as rows: [n, elements], in float64.
  func rows() throws -> Tensor {
    try Tensor.cat(groups.map { try rows($0, 0..<$0[0].examples).to(.float64) })
  }

  /// The uses' factors where all of a group are of one kind and at hand.
  private func commonFactors(_ group: [ExampleUse]) -> [ExampleFactors]? {
    guard group.allSatisfy({ $0.isProduct == group[0].isProduct }) else { return nil }
    var result: [ExampleFactors] = []
    for use in group {
      guard let factors = use.factors else { return nil }
      result += factors
    }
    return result
  }

  private func rows(_ group: [ExampleUse], _ range: Range<Int>) throws -> Tensor {
    let parts = try group.map { try $0.rows(range) }
    return try parts.dropFirst().reduce(parts[0]) { try $0.add($1) }
  }

  private func forEachBlock(_ group: [ExampleUse], _ body: (Tensor) throws -> Void) throws {
    let step = max(1, ParameterExamples.blockElements / max(shape.elementCount, 1))
    for first in stride(from: 0, to: group[0].examples, by: step) {
      try body(rows(group, first..<min(first + step, group[0].examples)))
    }
  }
}
