/// Separable filters of images.

internal import CKernels

extension Backend {
  /// y = A x or Aᵀ x for each image of the last two dimensions; contiguous floats.
  static func separableFilter(
    _ kernel: SeparableKernel, _ border: FilterBorder, transposed: Bool, _ x: Tensor,
    into y: Tensor
  ) throws {
    let (height, width) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    guard x.elementCount > 0 else { return }
    let radiusY = Int64(kernel.taps.y.count / 2)
    let radiusX = Int64(kernel.taps.x.count / 2)
    let scratch = try Tensor(
      uninitialized: Shape(
        Int(pn_separable_scratch(Int64(height), Int64(width), radiusY, radiusX))),
      x.dtype, "separable_filter")
    let images = Int64(x.elementCount / (height * width))
    let (h, w, transpose) = (Int64(height), Int64(width), Int32(transposed ? 1 : 0))
    switch x.dtype {
    case .float32:
      pn_separable_f32(
        images, h, w, border.kernelBorder, transpose, radiusY, kernel.taps.y.map(Float.init),
        radiusX, kernel.taps.x.map(Float.init), x.floats, y.floats, scratch.floats)
    default:
      pn_separable_f64(
        images, h, w, border.kernelBorder, transpose, radiusY, kernel.taps.y, radiusX,
        kernel.taps.x, x.doublesPointer, y.doublesPointer, scratch.doublesPointer)
    }
  }
}

extension FilterBorder {
  /// The number that CKernels gives this border.
  fileprivate var kernelBorder: Int32 {
    switch self {
    case .reflect: 0
    case .replicate: 1
    case .circular: 2
    case .zero: 3
    }
  }
}
