/// Filters along one dimension.

internal import CKernels

extension Backend {
  /// y = A x or Aᵀ x along a dimension, A made of `taps`; contiguous floats, x and y not the same.
  static func lineFilter(
    _ lines: FilterLines, _ border: FilterBorder, transposed: Bool, _ taps: Tensor, _ x: Tensor,
    into y: Tensor
  ) throws {
    guard x.elementCount > 0 else { return }
    let jobs = LineJobs(lines, perImage: lines.groups != nil)
    let used = taps.usedRadii(lines.radius)
    let scratch = try jobs.scratch(x.dtype)
    let transpose: Int32 = transposed ? 1 : 0
    inParts(of: jobs.parts, grain: 1, unit: 1) { range in
      for part in range {
        let work = part * jobs.scratchSize
        jobs.forEach(of: part) { job in
          let group = lines.groups?[job.image] ?? 0
          let radius = used[group]
          let (at, first) = (job.offset, group * (2 * lines.radius + 1) + lines.radius - radius)
          let (rows, n, inner) = (Int64(job.rows), Int64(lines.count), Int64(lines.inner))
          switch x.dtype {
          case .float32:
            pn_line_filter_f32(
              rows, n, inner, border.kernelBorder, transpose, Int64(radius), taps.floats + first,
              x.floats + at, y.floats + at, scratch.floats + work)
          default:
            pn_line_filter_f64(
              rows, n, inner, border.kernelBorder, transpose, Int64(radius),
              taps.doublesPointer + first, x.doublesPointer + at, y.doublesPointer + at,
              scratch.doublesPointer + work)
          }
        }
      }
    }
  }

  /// sums[g, k] = Σ g[i] x[i + k − r] over the lines that have the taps g; contiguous floats.
  static func lineTaps(
    _ lines: FilterLines, _ border: FilterBorder, _ g: Tensor, _ x: Tensor, into sums: Tensor
  ) throws {
    guard x.elementCount > 0 else { return }
    let jobs = LineJobs(lines, perImage: true)
    let scratch = try jobs.scratch(x.dtype)
    let length = 2 * lines.radius + 1
    // Sums of each image, added in order: the result does not depend on the number of threads.
    let partial = try Tensor(
      uninitialized: Shape(lines.images, length), .float64, "line_filter")
    let radius = Int64(lines.radius)
    inParts(of: jobs.parts, grain: 1, unit: 1) { range in
      for part in range {
        let work = part * jobs.scratchSize
        jobs.forEach(of: part) { job in
          let (at, to) = (job.offset, partial.doublesPointer + job.image * length)
          let (rows, n, inner) = (Int64(job.rows), Int64(lines.count), Int64(lines.inner))
          switch x.dtype {
          case .float32:
            pn_line_taps_f32(
              rows, n, inner, border.kernelBorder, radius, g.floats + at, x.floats + at, to,
              scratch.floats + work)
          default:
            pn_line_taps_f64(
              rows, n, inner, border.kernelBorder, radius, g.doublesPointer + at,
              x.doublesPointer + at, to, scratch.doublesPointer + work)
          }
        }
      }
    }
    var totals = [Double](repeating: 0, count: sums.elementCount)
    for image in 0..<lines.images {
      let group = lines.groups?[image] ?? 0
      for k in 0..<length {
        totals[group * length + k] += partial.doublesPointer[image * length + k]
      }
    }
    for (index, total) in totals.enumerated() {
      if sums.dtype == .float32 {
        sums.floats[index] = Float(total)
      } else {
        sums.doublesPointer[index] = total
      }
    }
  }
}

/// The calls of a kernel that a filter along lines takes, in parts that run at the same time.
private struct LineJobs {
  /// Lines of one image, or of several that share their taps.
  struct Job {
    let image: Int
    let offset: Int
    let rows: Int
  }

  let parts: Int
  let scratchSize: Int
  private let lines: FilterLines
  private let units: Int
  private let share: Int
  private let perImage: Bool

  init(_ lines: FilterLines, perImage: Bool) {
    (self.lines, self.perImage) = (lines, perImage)
    units = perImage ? lines.images : lines.images * lines.rows
    let size = lines.count * lines.inner * (perImage ? lines.rows : 1)
    let wanted = max(1, min(Threads.count, units, units * size / (Backend.partGrain / 2)))
    share = (units + wanted - 1) / wanted
    parts = (units + share - 1) / share
    let room = pn_line_filter_scratch(
      Int64(lines.count), Int64(lines.inner), Int64(lines.radius))
    // A whole number of cache lines apart.
    scratchSize = (Int(room) + 15) / 16 * 16
  }

  func scratch(_ dtype: DType) throws -> Tensor {
    try Tensor(uninitialized: Shape(parts * scratchSize), dtype, "line_filter")
  }

  @inline(__always)
  func forEach(of part: Int, _ body: (Job) -> Void) {
    let range = part * share..<min((part + 1) * share, units)
    let line = lines.count * lines.inner
    guard perImage else {
      return body(Job(image: 0, offset: range.lowerBound * line, rows: range.count))
    }
    for image in range {
      body(Job(image: image, offset: image * lines.rows * line, rows: lines.rows))
    }
  }
}

extension Tensor {
  /// For each list of taps how far its last element that is not 0 is from the centre.
  fileprivate func usedRadii(_ radius: Int) -> [Int] {
    let length = 2 * radius + 1
    func isZero(_ index: Int) -> Bool {
      dtype == .float32 ? floats[index] == 0 : doublesPointer[index] == 0
    }
    return stride(from: radius, to: elementCount, by: length).map { centre in
      var reach = radius
      while reach > 0, isZero(centre - reach), isZero(centre + reach) { reach -= 1 }
      return reach
    }
  }
}
