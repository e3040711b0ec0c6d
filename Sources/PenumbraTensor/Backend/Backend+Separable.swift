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
    let (images, size) = (x.elementCount / (height * width), height * width)
    // One scratch for each part, a whole number of cache lines apart.
    let room = Int(pn_separable_scratch(Int64(height), Int64(width), radiusY, radiusX))
    let scratchSize = (room + 15) / 16 * 16
    let share = imageShare(images, size)
    let parts = (images + share - 1) / share
    let scratch = try Tensor(
      uninitialized: Shape(parts * scratchSize), x.dtype, "separable_filter")
    let (h, w, transpose) = (Int64(height), Int64(width), Int32(transposed ? 1 : 0))
    let (singleY, singleX) = (kernel.taps.y.map(Float.init), kernel.taps.x.map(Float.init))
    inParts(of: parts, grain: 1, unit: 1) { range in
      for part in range {
        let count = Int64(min(share, images - part * share))
        let (at, work) = (part * share * size, part * scratchSize)
        switch x.dtype {
        case .float32:
          pn_separable_f32(
            count, h, w, border.kernelBorder, transpose, radiusY, singleY, radiusX, singleX,
            x.floats + at, y.floats + at, scratch.floats + work)
        default:
          pn_separable_f64(
            count, h, w, border.kernelBorder, transpose, radiusY, kernel.taps.y, radiusX,
            kernel.taps.x, x.doublesPointer + at, y.doublesPointer + at,
            scratch.doublesPointer + work)
        }
      }
    }
  }
}

extension Backend {
  /// How many images of `size` elements one thread takes: all where that is little work.
  private static func imageShare(_ images: Int, _ size: Int) -> Int {
    let parts = max(1, min(Threads.count, images, images * size / (partGrain / 2)))
    return (images + parts - 1) / parts
  }
}

extension FilterBorder {
  /// The number that CKernels gives this border.
  var kernelBorder: Int32 {
    switch self {
    case .reflect: 0
    case .replicate: 1
    case .circular: 2
    case .zero, .renormalised: 3
    case .symmetric: 4
    }
  }
}
