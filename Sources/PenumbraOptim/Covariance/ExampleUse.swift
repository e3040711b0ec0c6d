/// One use of a parameter in a backward pass: the factors of its examples' gradients.

internal import PenumbraTensor

/// Example i contributes Σ_k left[k, i, :] ⊗ right[k, i, :] to a matrix' gradient, or
/// Σ_k left[k, i, ...] to any parameter's.
///
/// left: [positions..., n, p], right: [positions..., n, q]; or left: [positions..., n, shape...]
struct ExampleUse {
  let left: RetainedTensor
  let right: RetainedTensor?
  let positions: Int
  let examples: Int

  init(left: Tensor, right: Tensor) throws {
    self.left = try RetainedTensor(left)
    self.right = try RetainedTensor(right)
    (positions, examples) = ExampleUse.counts(left.shape, leading: left.rank - 1)
  }

  /// rows: [positions..., n, shape...]
  init(rows: Tensor, parameterRank: Int) throws {
    left = try RetainedTensor(rows)
    right = nil
    (positions, examples) = ExampleUse.counts(rows.shape, leading: rows.rank - parameterRank)
  }

  private static func counts(_ shape: Shape, leading: Int) -> (Int, Int) {
    guard leading > 0 else { return (1, 1) }
    var positions = 1
    for index in 0..<(leading - 1) { positions *= shape[index] }
    return (positions, shape[leading - 1])
  }

  var isUnchanged: Bool { left.isUnchanged && right?.isUnchanged != false }

  /// A factor pair for each position.
  var factors: [ExampleFactors] {
    (0..<positions).map {
      ExampleFactors(left: left.tensor, right: right?.tensor, firstRow: $0 * examples)
    }
  }

  /// The use's whole contribution to the gradient of a parameter of this shape.
  func gradient(_ shape: Shape) throws -> Tensor {
    let rows = positions * examples
    guard let right else {
      return try left.tensor.reshape(Shape(rows, shape.elementCount)).sum([0]).reshape(shape)
    }
    let left = try left.tensor.reshape(Shape(rows, shape[0]))
    return try left.transpose(0, 1).matmul(right.tensor.reshape(Shape(rows, shape[1])))
  }
}
