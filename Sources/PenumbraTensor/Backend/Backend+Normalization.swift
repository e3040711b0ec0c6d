/// Normalisation by mean and variance; contiguous floats, statistics in float64.

internal import CKernels

extension Backend {
  /// y = (x − m) r w + b; mean and variance: one of each for a group.
  static func normalize(
    _ plan: NormalizationPlan, _ x: Tensor, _ w: Tensor, _ b: Tensor, into y: Tensor,
    mean: Tensor, variance: Tensor
  ) {
    if x.elementCount == 0 { return }
    let (centred, epsilon) = (Int32(plan.isCentred ? 1 : 0), plan.epsilon)
    let (m, v) = (mean.doublesPointer, variance.doublesPointer)
    let (rows, columns) = (Int64(plan.groupCount), Int64(plan.groupSize))
    switch (plan.kernelGroups, x.dtype) {
    case (let groups?, .float32):
      pn_group_norm_f32(groups, centred, epsilon, x.floats, w.floats, b.floats, y.floats, m, v)
    case (let groups?, _):
      pn_group_norm_f64(
        groups, centred, epsilon, x.doublesPointer, w.doublesPointer, b.doublesPointer,
        y.doublesPointer, m, v)
    case (nil, .float32):
      pn_row_norm_f32(
        rows, columns, centred, epsilon, x.floats, w.floats, b.floats, y.floats, m, v)
    case (nil, _):
      pn_row_norm_f64(
        rows, columns, centred, epsilon, x.doublesPointer, w.doublesPointer, b.doublesPointer,
        y.doublesPointer, m, v)
    }
  }

  /// dx, and dw and db added to; dw and db are float64.
  static func normalizeBackward(
    _ plan: NormalizationPlan, _ x: Tensor, _ g: Tensor, _ w: Tensor, mean: Tensor,
    variance: Tensor,
    into dx: Tensor, _ dw: Tensor, _ db: Tensor
  ) {
    if x.elementCount == 0 { return }
    let (centred, epsilon) = (Int32(plan.isCentred ? 1 : 0), plan.epsilon)
    let (m, v) = (mean.doublesPointer, variance.doublesPointer)
    let (slopes, sums) = (dw.doublesPointer, db.doublesPointer)
    let (rows, columns) = (Int64(plan.groupCount), Int64(plan.groupSize))
    switch (plan.kernelGroups, x.dtype) {
    case (let groups?, .float32):
      pn_group_norm_backward_f32(
        groups, centred, epsilon, x.floats, g.floats, w.floats, m, v, dx.floats, slopes, sums)
    case (let groups?, _):
      pn_group_norm_backward_f64(
        groups, centred, epsilon, x.doublesPointer, g.doublesPointer, w.doublesPointer, m, v,
        dx.doublesPointer, slopes, sums)
    case (nil, .float32):
      pn_row_norm_backward_f32(
        rows, columns, centred, epsilon, x.floats, g.floats, w.floats, m, v, dx.floats, slopes, sums
      )
    case (nil, _):
      pn_row_norm_backward_f64(
        rows, columns, centred, epsilon, x.doublesPointer, g.doublesPointer, w.doublesPointer, m, v,
        dx.doublesPointer, slopes, sums)
    }
  }
}

extension NormalizationPlan {
  /// The kernel's description of runs that share a weight; nil for rows with a weight an element.
  fileprivate var kernelGroups: pn_norm_groups? {
    let length = Int64(runLength)
    switch layout {
    case .rows: return nil
    case .channels(let count) where isTransposed:
      let size = Int64(groupSize)
      return pn_norm_groups(
        groups: Int64(count), group_stride: size, runs: 1, run_stride: size, length: size,
        period: Int64(count), weight_group: 1, weight_run: 0)
    case .channels(let count):
      return pn_norm_groups(
        groups: Int64(count), group_stride: length, runs: Int64(groupSize / runLength),
        run_stride: length * Int64(count), length: length, period: Int64(count),
        weight_group: 1, weight_run: 0)
    case .groups(let count, let channels):
      return pn_norm_groups(
        groups: Int64(groupCount), group_stride: Int64(groupSize), runs: Int64(channels),
        run_stride: length, length: length, period: Int64(count),
        weight_group: Int64(channels), weight_run: 1)
    }
  }
}
