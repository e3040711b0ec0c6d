/// Second moments of per-example gradients, from the factors that a backward pass showed.

internal import CKernels

/// A tensor kept aside, and whether it still has the values that it had.
package struct RetainedTensor {
  package let tensor: Tensor
  private let version: Int

  /// Keeps the values outside the graph, contiguous; shares memory where that is possible.
  package init(_ source: Tensor) throws {
    let values = source.detached()
    tensor = values.isContiguous ? values : try GradientMode.with(false) { try values.clone() }
    version = tensor.storage.version
  }

  package var isUnchanged: Bool { tensor.storage.version == version }
}

/// One position at which examples 0 ..< n meet a parameter: example i contributes
/// left[i, :] ⊗ right[i, :] to the gradient, or left[i, :] where there is no right.
package struct ExampleFactors {
  let left: Tensor
  let right: Tensor?
  /// The first example's row in `left` and `right`.
  let firstRow: Int

  package init(left: Tensor, right: Tensor?, firstRow: Int) {
    self.left = left
    self.right = right
    self.firstRow = firstRow
  }
}

package enum ExampleMoments {
  /// squares += Σ_i s_i∘s_i with s_i = Σ_u factors[u][i], for `examples` examples.
  ///
  /// squares: [rows, columns] for products, [rows] (any shape) without; contiguous, as all factors.
  package static func addSquares(
    _ factors: [ExampleFactors], examples: Int, rows: Int, columns: Int, to squares: Tensor
  ) throws {
    let isProduct = factors.contains { $0.right != nil }
    precondition(squares.elementCount == rows * columns && (isProduct || columns == 1))
    for use in factors {
      let needed = use.firstRow + examples
      precondition(use.left.isContiguous && use.left.elementCount >= needed * rows)
      precondition(use.left.dtype == squares.dtype && (use.right != nil) == isProduct)
      guard let right = use.right else { continue }
      precondition(right.isContiguous && right.elementCount >= needed * columns)
      precondition(right.dtype == squares.dtype)
    }
    guard squares.elementCount > 0, examples > 0 else { return }
    defer { squares.storage.markChanged() }
    let left = factors.map { $0.left.block($0.firstRow, examples, rows) }
    guard isProduct else { return try addSquaredSums(left, to: squares) }
    let right = factors.compactMap { use in use.right?.block(use.firstRow, examples, columns) }
    if factors.count == 1, min(rows, columns) >= 16 {
      try addProduct(left[0], right[0], to: squares)
    } else {
      addOuterSquares(left, right, to: squares)
    }
  }

  /// squares += Σ_i (Σ_u x_u[i])²; x_u: [n, rows]
  private static func addSquaredSums(_ x: [Tensor], to squares: Tensor) throws {
    var x = x
    if x.count > 2 {
      // One pass for each use beats a loop over the uses inside.
      let sum = try x[0].copied()
      for use in x.dropFirst() { Backend.axpy(1, use, into: sum) }
      x = [sum]
    }
    let (uses, n, rows) = (Int64(x.count), Int64(x[0].shape[0]), Int64(x[0].shape[1]))
    switch squares.dtype {
    case .float32:
      let left: [UnsafePointer<Float>?] = x.map { UnsafePointer($0.floats) }
      pn_sum_squares_f32(uses, n, rows, left, squares.floats)
    default:
      let left: [UnsafePointer<Double>?] = x.map { UnsafePointer($0.doublesPointer) }
      pn_sum_squares_f64(uses, n, rows, left, squares.doublesPointer)
    }
    withExtendedLifetime(x) {}
  }

  /// squares += Σ_i (x[i] ⊗ y[i])² = (x²)ᵀ (y²), a matrix product. For more uses the loop is faster:
  /// u + 1 operations an element against u (u + 1)/2, and nothing to be written in between.
  private static func addProduct(_ x: Tensor, _ y: Tensor, to squares: Tensor) throws {
    let (n, rows, columns) = (x.shape[0], x.shape[1], y.shape[1])
    let left = try Tensor(uninitialized: x.shape, squares.dtype, "covariance")
    let right = try Tensor(uninitialized: y.shape, squares.dtype, "covariance")
    try Backend.binary(PN_MUL, x, x, into: left, "covariance")
    try Backend.binary(PN_MUL, y, y, into: right, "covariance")
    try Backend.matrixProduct(
      MatrixOperand(left.alias().transpose(0, 1)), MatrixOperand(right), into: squares, m: rows,
      n: columns, k: n, beta: 1)
  }

  /// squares += Σ_i (Σ_u x_u[i] ⊗ y_u[i])²; x_u: [n, rows], y_u: [n, columns]
  private static func addOuterSquares(_ x: [Tensor], _ y: [Tensor], to squares: Tensor) {
    let (uses, n) = (Int64(x.count), Int64(x[0].shape[0]))
    let (rows, columns) = (Int64(x[0].shape[1]), Int64(y[0].shape[1]))
    switch squares.dtype {
    case .float32:
      let left: [UnsafePointer<Float>?] = x.map { UnsafePointer($0.floats) }
      let right: [UnsafePointer<Float>?] = y.map { UnsafePointer($0.floats) }
      pn_outer_squares_f32(uses, n, rows, columns, left, right, squares.floats)
    default:
      let left: [UnsafePointer<Double>?] = x.map { UnsafePointer($0.doublesPointer) }
      let right: [UnsafePointer<Double>?] = y.map { UnsafePointer($0.doublesPointer) }
      pn_outer_squares_f64(uses, n, rows, columns, left, right, squares.doublesPointer)
    }
  }

  /// average = (1 − weight) average + weight V, V = max((n² squares − n mean²) / (n − 1), 0):
  /// the variance of n gradients n s_i with squares = Σ s_i² and mean = Σ s_i. n ≥ 2. At weight 1
  /// the old average is not read.
  package static func average(
    squares: Tensor, mean: Tensor, examples: Int, weight: Double, into average: Tensor
  ) {
    let n = FusedUpdate.count(average, squares, mean)
    switch average.dtype {
    case .float32:
      pn_example_variance_f32(
        n, Double(examples), weight, squares.floats, mean.floats, average.floats)
    default:
      pn_example_variance_f64(
        n, Double(examples), weight, squares.doublesPointer, mean.doublesPointer,
        average.doublesPointer)
    }
    average.storage.markChanged()
  }
}

extension Tensor {
  /// `count` rows of `width` elements from row `first` on; this tensor is contiguous.
  fileprivate func block(_ first: Int, _ count: Int, _ width: Int) -> Tensor {
    window(
      offset: offset + first * width, shape: Shape(count, width), strides: Strides(width, 1))
  }

  /// A number for the backward pass that is now visiting this leaf; 0 outside of one.
  package var visitingPass: Int { node?.pass ?? 0 }

  /// Registers `body` to see this leaf's gradient of each backward pass, before any other hook.
  package func observeGradient(_ body: @escaping (Tensor) throws -> Void) -> GradientHook? {
    guard let node else { return nil }
    let hook = GradientHook {
      try body($0)
      return nil
    }
    node.hooks.insert(hook, at: 0)
    return hook
  }
}
