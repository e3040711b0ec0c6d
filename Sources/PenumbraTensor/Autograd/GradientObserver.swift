/// How the gradients of single examples are told, use by use, to whoever watches a leaf.

/// Sees how a leaf's gradient comes about in a backward pass.
///
/// The gradient of a leaf W is the sum over its uses; of each use it is told the factors, from which
/// the gradients of single examples follow: example i contributes left[i] ⊗ right[i], or rows[i], or
/// what `ExampleGradients` computes.
package protocol GradientObserver: AnyObject {
  /// W: [p, q]. A use contributes Σ_i left[i, :] ⊗ right[i, :]; left: [..., p], right: [..., q].
  func observe(left: Tensor, right: Tensor)
  /// W of the rows' trailing shape. A use contributes Σ_i rows[i, ...].
  func observe(rows: Tensor)
  /// A use whose examples are computed on demand.
  func observe(_ examples: ExampleGradients)
  /// A use whose examples cannot be told apart, by the operation of that name.
  func observe(opaque operation: String)
}

extension GradientObserver {
  package func observe(_ examples: ExampleGradients) { observe(opaque: examples.operation) }
}

/// One use's contributions to a leaf's gradient, example by example, computed when they are asked for.
package struct ExampleGradients {
  package let operation: String
  /// The number of examples.
  package let count: Int
  /// What the gradients are computed from.
  package let inputs: [Tensor]
  /// The contributions of a range of examples: [range.count, elements of W].
  package let rows: (_ inputs: [Tensor], _ range: Range<Int>) throws -> Tensor
  /// left: [positions, examples, p], right: [positions, examples, q] with the contributions
  /// Σ_k left[k, i] ⊗ right[k, i], for W seen as [p, q]; nil where there is no such form.
  package let factors: ((_ inputs: [Tensor]) throws -> (left: Tensor, right: Tensor))?

  /// The same where the examples are the first dimension and not the last; nil where that is no
  /// question.
  package var examplesFirst: (() throws -> ExampleGradients)?

  init(
    _ operation: String, count: Int, inputs: [Tensor],
    factors: ((_ inputs: [Tensor]) throws -> (left: Tensor, right: Tensor))? = nil,
    rows: @escaping (_ inputs: [Tensor], _ range: Range<Int>) throws -> Tensor
  ) {
    (self.operation, self.count, self.inputs) = (operation, count, inputs)
    (self.factors, self.rows) = (factors, rows)
  }
}
