/// Reductions of 10⁷ float32 values (10⁸ among the slow tests) against double precision.

internal import Glibc
import PenumbraTensor
import TestSupport
import Testing

@Suite struct LongReductionTests {
  private let count = runsSlowTests ? 100_000_000 : 10_000_000

  private func values(seed: UInt64) throws -> Tensor {
    try Generator(seed: seed).uniform([count], low: 0.5, high: 1.5)
  }

  /// Σ f(x) in double precision, in blocks whose sums are added apart.
  private func exact(_ x: Tensor, _ f: (Double) -> Double) throws -> Double {
    try x.withBytes { bytes in
      let floats = bytes.bindMemory(to: Float.self)
      var total = 0.0
      for start in stride(from: 0, to: floats.count, by: 4096) {
        var block = 0.0
        for index in start..<min(start + 4096, floats.count) { block += f(Double(floats[index])) }
        total += block
      }
      return total
    }
  }

  private func agrees(
    _ found: Tensor, _ expected: Double, _ what: String,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let error = (try found.item() / expected - 1).magnitude
    #expect(error <= 1e-6, "\(what): relative error \(error)", sourceLocation: location)
  }

  @Test func wholeTensors() throws {
    let x = try values(seed: 11)
    let (n, sum) = (Double(count), try exact(x) { $0 })
    let (squares, mean) = (try exact(x) { $0 * $0 }, sum / n)
    try agrees(x.sum(), sum, "sum")
    try agrees(x.mean(), mean, "mean")
    try agrees(x.nanSum(), sum, "nansum")
    try agrees(x.norm(), squares.squareRoot(), "norm")
    try agrees(x.norm(order: 1), sum, "1-norm")
    try agrees(x.norm(order: 3), cbrt(try exact(x) { $0 * $0 * $0 }), "3-norm")
    try agrees(x.variance(), try exact(x) { ($0 - mean) * ($0 - mean) } / (n - 1), "var")
    try agrees(x.matmul(x), squares, "dot")
    try agrees(x.logSumExp(0), log(try exact(x) { exp($0) }), "logsumexp")
  }

  @Test func runningValues() throws {
    let x = try values(seed: 12)
    let running = try x.cumulativeSum(0)
    for part in [count / 3, count / 2, count] {
      let sum = try exact(x.narrow(0, start: 0, count: part)) { $0 }
      try agrees(running.select(0, part - 1), sum, "cumsum")
    }
    let logarithms = try x.logCumulativeSumExp(0)
    try agrees(logarithms.select(0, -1), log(try exact(x) { exp($0) }), "logcumsumexp")
    let integral = try exact(x) { $0 } - (x.select(0, 0).item() + x.select(0, -1).item()) / 2
    try agrees(x.trapezoid(), integral, "trapezoid")
  }

  @Test(arguments: [1, 8]) func columns(_ width: Int) throws {
    let x = try values(seed: 13).reshape([count / width, width])
    let (sums, means) = (try x.sum([0]), try x.mean([0]))
    let transposed = try x.transpose(0, 1)
    let (rows, norms) = (try transposed.sum([1]), try x.norm([0]))
    for column in 0..<width {
      let part = try x.select(1, column)
      let sum = try exact(part) { $0 }
      try agrees(sums.select(0, column), sum, "columns")
      try agrees(rows.select(0, column), sum, "transposed")
      try agrees(part.sum(), sum, "strided")
      try agrees(means.select(0, column), sum / Double(count / width), "means")
      try agrees(norms.select(0, column), try exact(part) { $0 * $0 }.squareRoot(), "norms")
    }
  }

  @Test func extremeScores() throws {
    for dtype in [DType.float32, .float64] {
      let big = dtype == .float32 ? 3e38 : 1e308
      let x = try Tensor([big, -big, big, -big, -big, -big], [2, 3], dtype: dtype)
      #expect(try x.softmax(1).doubles()[0..<3] == [0.5, 0, 0.5])
      #expect(try mismatch(x.logSumExp(1), [big, -big], tolerance: 1e-6) == nil)
      #expect(
        try mismatch(x.logCumulativeSumExp(1).select(1, 2), [big, -big], tolerance: 1e-6) == nil)
    }
    let wide = try Tensor([3e19, 4e19, 0], [3])
    #expect(try mismatch(wide.norm(), [5e19], tolerance: 1e-6) == nil)
    let narrow = try Tensor([3e-30, 4e-30, 0], [3])
    #expect(try mismatch(narrow.norm(), [5e-30], tolerance: 1e-6) == nil)
    #expect(try mismatch(narrow.norm(order: 3), [cbrt(91) * 1e-30], tolerance: 1e-6) == nil)
  }
}
