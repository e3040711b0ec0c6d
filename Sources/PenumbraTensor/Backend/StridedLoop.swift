/// Walks up to four operands of one shape in runs that vector kernels can take.

/// A loop nest over `shape`, with adjacent dimensions merged where every operand allows it.
struct StridedLoop {
  private var extents = Dimensions()
  private var strides: (Strides, Strides, Strides, Strides) = (.init(), .init(), .init(), .init())

  init(
    _ shape: Shape, _ a: Strides, _ b: Strides? = nil, _ c: Strides? = nil, _ d: Strides? = nil
  ) {
    let none = Strides(repeating: 0, rank: shape.rank)
    let (b, c, d) = (b ?? none, c ?? none, d ?? none)
    var index = 0
    while index < shape.rank {
      defer { index += 1 }
      let extent = shape[index]
      if extent == 1 { continue }
      let last = extents.rank - 1
      if last >= 0, strides.0[last] == a[index] * extent, strides.1[last] == b[index] * extent,
        strides.2[last] == c[index] * extent, strides.3[last] == d[index] * extent
      {
        extents[last] *= extent
        strides.0[last] = a[index]
        strides.1[last] = b[index]
        strides.2[last] = c[index]
        strides.3[last] = d[index]
      } else {
        extents.append(extent)
        strides.0.append(a[index])
        strides.1.append(b[index])
        strides.2.append(c[index])
        strides.3.append(d[index])
      }
    }
  }

  /// One run: `count` elements from the given offsets, with the given strides.
  struct Run {
    var count = 1
    var offsets = (0, 0, 0, 0)
    var strides = (0, 0, 0, 0)
  }

  /// How many runs there are where a single outer dimension counts them, and its strides.
  @inline(__always)
  var rows: (count: Int, strides: (Int, Int, Int))? {
    guard extents.rank == 2 else { return nil }
    return (extents[0], (strides.0[0], strides.1[0], strides.2[0]))
  }

  /// The first run.
  @inline(__always)
  var firstRun: Run {
    var run = Run()
    let last = extents.rank - 1
    if last >= 0 {
      run.count = extents[last]
      run.strides = (strides.0[last], strides.1[last], strides.2[last], strides.3[last])
    }
    return run
  }

  /// Calls `body` for each run, outer dimensions first.
  @inline(__always)
  func forEachRun(_ body: (Run) throws -> Void) rethrows {
    var run = firstRun
    let last = extents.rank - 1
    if last <= 0 { return try body(run) }
    var position = Dimensions(repeating: 0, rank: last)
    while true {
      try body(run)
      var index = last - 1
      while true {
        position[index] += 1
        run.offsets.0 += strides.0[index]
        run.offsets.1 += strides.1[index]
        run.offsets.2 += strides.2[index]
        run.offsets.3 += strides.3[index]
        if position[index] < extents[index] { break }
        run.offsets.0 -= strides.0[index] * extents[index]
        run.offsets.1 -= strides.1[index] * extents[index]
        run.offsets.2 -= strides.2[index] * extents[index]
        run.offsets.3 -= strides.3[index] * extents[index]
        position[index] = 0
        index -= 1
        if index < 0 { return }
      }
    }
  }
}
