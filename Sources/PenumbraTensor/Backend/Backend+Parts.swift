/// Loops over much memory, cut into parts that run at the same time.

internal import COneDNN

extension Backend {
  /// Elements that a part of a memory-bound loop should have for a thread to pay.
  static let partGrain = 1 << 16

  /// Calls `body` with ranges that cover 0..<count once, on as many threads as may be used and find
  /// `grain` to do; all are done when this returns.
  ///
  /// The threads are those of oneDNN's OpenMP runtime, so that no second set competes with it. Inner
  /// bounds are multiples of `unit`. Where the cuts lie depends on the number of threads: `body` must
  /// compute each index the same way whichever range it is in, write nothing that another range
  /// reads, and must not throw, ask for memory or look at the thread's state.
  @inline(__always)
  static func inParts(
    of count: Int, grain: Int = partGrain, unit: Int = 64, _ body: (Range<Int>) -> Void
  ) {
    let parts = count < 2 * grain ? 1 : min(Threads.count, count / grain)
    if parts <= 1 { return body(0..<count) }
    runParts(of: count, parts, unit: unit, body)
  }

  /// `inParts` of matrix rows or images of `size` elements each.
  @inline(__always)
  static func inRowParts(of rows: Int, size: Int, _ body: (Range<Int>) -> Void) {
    inParts(of: rows, grain: max(1, partGrain / max(size, 1)), unit: 1, body)
  }

  @inline(never)
  private static func runParts(
    of count: Int, _ parts: Int, unit: Int, _ body: (Range<Int>) -> Void
  ) {
    withoutActuallyEscaping(body) { body in
      var loop = PartedLoop(count: count, parts: parts, unit: unit, body: body)
      withUnsafeMutablePointer(to: &loop) { loop in
        GOMP_parallel(
          { data in
            let loop = UnsafePointer(data.assumingMemoryBound(to: PartedLoop.self))
            // A team may be smaller than asked for.
            let (first, step) = (Int(omp_get_thread_num()), Int(omp_get_num_threads()))
            for part in stride(from: first, to: loop.pointee.parts, by: step) {
              loop.pointee.run(part)
            }
          }, loop, UInt32(parts), 0)
      }
    }
  }
}

/// What the threads of a parted loop share.
private struct PartedLoop {
  let count: Int
  let parts: Int
  let unit: Int
  let body: (Range<Int>) -> Void

  func run(_ part: Int) {
    let (start, end) = (bound(part), bound(part + 1))
    if start < end { body(start..<end) }
  }

  /// Where a part begins: an even share of the units.
  private func bound(_ part: Int) -> Int {
    if part == parts { return count }
    let units = count / unit
    let (share, rest) = units.quotientAndRemainder(dividingBy: parts)
    return (share * part + min(part, rest)) * unit
  }
}
