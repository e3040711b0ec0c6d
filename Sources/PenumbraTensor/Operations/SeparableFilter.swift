/// Separable filters of images, and their exact adjoints.

/// What stands beyond an image's edge.
public enum FilterBorder: String, Sendable, CaseIterable {
  /// dcb|abcd|cba, PyTorch's "reflect": the edge itself is not repeated.
  case reflect
  /// aaa|abcd|ddd
  case replicate
  /// bcd|abcd|abc
  case circular
  /// 000|abcd|000
  case zero
}

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
    let source = try contiguousValues()
    let result = try Tensor(uninitialized: shape, dtype, "separable_filter")
    try Backend.separableFilter(kernel, border, transposed: transposed, source, into: result)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("separable_filter", self) { gradient, into in
      try into(0) { try gradient.separableFilter(kernel, border, transposed: !transposed) }
    }
  }
}
