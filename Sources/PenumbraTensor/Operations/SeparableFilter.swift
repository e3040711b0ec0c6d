/// Separable filters of images, and their exact adjoints.

/// A filter that is a product of a vertical and a horizontal one.
public struct SeparableKernel: Sendable, Equatable {
  /// The greatest distance that a tap may have from the centre.
  public static let maximumRadius = 1 << 15

  /// Weights from top to bottom and from left to right, the centre in the middle.
  public let taps: (y: [Double], x: [Double])

  /// - Throws: `TensorError` when a list has an even length or is too long.
  public init(y: [Double], x: [Double]) throws {
    for (name, list) in [("taps y", y), ("taps x", x)] {
      guard list.count % 2 == 1, list.count / 2 <= SeparableKernel.maximumRadius else {
        throw TensorError(
          .shape, "separable_filter", argument: name,
          expected: "an odd number of taps, at most \(2 * SeparableKernel.maximumRadius + 1)",
          got: "\(list.count)")
      }
    }
    taps = (y, x)
  }

  public static func == (a: SeparableKernel, b: SeparableKernel) -> Bool { a.taps == b.taps }

  /// Weights that reach no further than an image of this size and do the same to it.
  func folded(_ border: FilterBorder, height: Int, width: Int) -> SeparableKernel {
    SeparableKernel(
      folded: SeparableKernel.folded(taps.y, border, height),
      SeparableKernel.folded(taps.x, border, width))
  }

  private init(folded y: [Double], _ x: [Double]) { taps = (y, x) }

  private static func folded(_ taps: [Double], _ border: FilterBorder, _ n: Int) -> [Double] {
    guard let (radius, places) = border.folding(radius: taps.count / 2, n) else { return taps }
    var result = [Double](repeating: 0, count: 2 * radius + 1)
    for (tap, place) in zip(taps, places) { if let place { result[place] += tap } }
    return result
  }

  /// What the kernel with a zero border makes of ones, [height, width].
  fileprivate func reached(height: Int, width: Int, _ dtype: DType) throws -> Tensor {
    func line(_ taps: [Double], _ n: Int) throws -> Tensor {
      try Tensor.ones(Shape(n), dtype: .float64).lineFilter(
        Tensor(taps, Shape(taps.count), dtype: .float64), 0, border: .zero)
    }
    return try line(taps.y, height).unsqueeze(1).mul(line(taps.x, width)).to(dtype)
  }
}

extension Tensor {
  /// Each image's correlation with a separable kernel:
  /// y[i, j] = Σ_k Σ_l u[k] v[l] x[i + k − r_y, j + l − r_x], the image extended by `border`.
  ///
  /// self: [..., height, width] → the same shape. Linear in x, so the derivative is the adjoint
  /// filter, whose derivative is the filter again. Cost: elements × (taps y + taps x).
  /// - Throws: `TensorError` for less than two dimensions or an integer tensor.
  public func separableFilter(_ kernel: SeparableKernel, border: FilterBorder) throws -> Tensor {
    try separableFilter(kernel, border, transposed: false)
  }

  /// The adjoint Aᵀ of `separableFilter`: ⟨A x, y⟩ = ⟨x, Aᵀ y⟩.
  public func separableFilterAdjoint(_ kernel: SeparableKernel, border: FilterBorder) throws
    -> Tensor
  {
    try separableFilter(kernel, border, transposed: true)
  }

  private func separableFilter(
    _ kernel: SeparableKernel, _ border: FilterBorder, transposed: Bool
  ) throws -> Tensor {
    try requireFloating("separable_filter")
    guard rank >= 2 else {
      throw TensorError(
        .shape, "separable_filter", expected: "[..., height, width]", got: "\(shape)")
    }
    try Interruption.check("separable_filter")
    let kernel = kernel.folded(border, height: shape[rank - 2], width: shape[rank - 1])
    if border == .renormalised {
      let reached = try kernel.reached(height: shape[rank - 2], width: shape[rank - 1], dtype)
      return transposed
        ? try div(reached).separableFilter(kernel, .zero, transposed: true)
        : try separableFilter(kernel, .zero, transposed: false).div(reached)
    }
    let source = try contiguousValues()
    let result = try Tensor(uninitialized: shape, dtype, "separable_filter")
    try Backend.separableFilter(kernel, border, transposed: transposed, source, into: result)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("separable_filter", self) { gradient, into in
      try into(0) { try gradient.separableFilter(kernel, border, transposed: !transposed) }
    }
  }
}
