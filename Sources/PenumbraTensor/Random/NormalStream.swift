/// Normal numbers of a tensor that is never stored: made piece by piece, where they are used.

internal import CKernels

/// The numbers that `Generator.normal` would have filled a tensor with, bit for bit.
package struct NormalStream {
  private let start: Generator.State
  package let dtype: DType
  package let count: Int

  /// Numbers of one block of the generator.
  private static func perBlock(_ dtype: DType) -> Int { dtype == .float32 ? 4 : 2 }

  /// Takes `count` numbers from a generator, which goes on behind them.
  package init(_ generator: Generator, count: Int, dtype: DType) {
    let perBlock = NormalStream.perBlock(dtype)
    start = generator.take(blocks: (count + perBlock - 1) / perBlock)
    self.dtype = dtype
    self.count = count
  }

  /// The numbers at `first` ..< `first` + `count`; `first` is a multiple of 4.
  package func fill(_ buffer: UnsafeMutableRawPointer, from first: Int, count: Int) {
    precondition(first % 4 == 0 && first + count <= self.count)
    let blocks = UInt64(first / NormalStream.perBlock(dtype))
    let (low, overflow) = start.low.addingReportingOverflow(blocks)
    let philox = pn_philox(
      key: start.seed, counter_low: low, counter_high: start.high &+ (overflow ? 1 : 0))
    switch dtype {
    case .float32:
      pn_philox_normal_f32(
        philox, Int64(count), 0, 1, buffer.assumingMemoryBound(to: Float.self))
    default:
      pn_philox_normal_f64(
        philox, Int64(count), 0, 1, buffer.assumingMemoryBound(to: Double.self))
    }
  }
}
