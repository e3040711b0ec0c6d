/// Filling, converting and moving elements.

internal import CKernels

extension Backend {
  /// y = value, for any strides.
  static func fill(_ y: Tensor, _ value: Double) {
    if y.elementCount == 0 { return }
    let size = y.dtype.byteCount
    StridedLoop(y.shape, y.strides).forEachRun { run in
      pn_fill(
        Int64(run.count), y.dtype.kernelType, y.address + run.offsets.0 * size,
        Int64(run.strides.0), value)
    }
  }

  /// y = x, converted, for any strides and equal shapes.
  static func copy(_ x: Tensor, into y: Tensor) {
    if y.elementCount == 0 { return }
    if x.dtype == y.dtype, x.isContiguous, y.isContiguous {
      y.address.copyMemory(from: x.address, byteCount: x.elementCount * x.dtype.byteCount)
      return
    }
    if x.dtype == y.dtype, y.isContiguous, let plane = TransposedPlane(x) {
      return transpose(x, plane, into: y)
    }
    let (sizeX, sizeY) = (x.dtype.byteCount, y.dtype.byteCount)
    StridedLoop(x.shape, x.strides, y.strides).forEachRun { run in
      pn_cast(
        Int64(run.count), x.dtype.kernelType, x.address + run.offsets.0 * sizeX,
        Int64(run.strides.0), y.dtype.kernelType, y.address + run.offsets.1 * sizeY,
        Int64(run.strides.1))
    }
  }

  private static func transpose(_ x: Tensor, _ plane: TransposedPlane, into y: Tensor) {
    let size = x.dtype.byteCount
    for index in 0..<plane.batch {
      pn_transpose(
        Int32(size), Int64(plane.rows), Int64(plane.columns),
        x.address + index * plane.batchStride * size, Int64(plane.leading),
        y.address + index * plane.rows * plane.columns * size, Int64(plane.rows))
    }
  }

  /// y = raw elements of type `dtype`, row-major; y is contiguous.
  static func load(_ source: UnsafeRawPointer?, _ dtype: DType, into y: Tensor) {
    guard let source, y.elementCount > 0 else { return }
    pn_cast(
      Int64(y.elementCount), dtype.kernelType, source, 1, y.dtype.kernelType, y.address, 1)
  }

  /// Raw elements of type `dtype` = x; x is contiguous.
  static func store(_ x: Tensor, _ dtype: DType, to target: UnsafeMutableRawPointer) {
    pn_cast(
      Int64(x.elementCount), x.dtype.kernelType, x.address, 1, dtype.kernelType, target, 1)
  }
}

/// A tensor whose last two dimensions are a transposed contiguous matrix: [..., columns, rows].
private struct TransposedPlane {
  let batch: Int
  let batchStride: Int
  let rows: Int
  let columns: Int
  let leading: Int

  init?(_ x: Tensor) {
    let rank = x.rank
    guard rank == 2 || rank == 3, x.strides[rank - 2] == 1 else { return nil }
    columns = x.shape[rank - 2]
    rows = x.shape[rank - 1]
    leading = x.strides[rank - 1]
    guard leading >= columns, rows > 1, columns > 1 else { return nil }
    batch = rank == 3 ? x.shape[0] : 1
    batchStride = rank == 3 ? x.strides[0] : 0
  }
}
