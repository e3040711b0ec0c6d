/// Counter-based random numbers: the same seed gives the same numbers whatever the thread count.

internal import CKernels

/// A Philox 4×32-10 stream (Salmon et al. 2011): a 64-bit key and a 128-bit counter.
///
/// Each draw advances the counter by the number of 128-bit blocks that it used, so the state is three
/// words, saved and restored exactly.
///
/// What is promised: a tensor's elements depend on the state and on their row-major positions alone,
/// never on the thread count or on strides. Drawing n numbers and then m gives what drawing n + m at
/// once gives, for `uniform` and `normal` where n is a multiple of 4 (float32) or 2 (float64), for
/// distributions with parameters (gamma, Poisson, ...) for every n. `permutation` and bounded
/// integers (which may reject) are reproducible only as whole calls.
public final class Generator {
  /// Everything that determines the numbers to come.
  public struct State: Sendable, Equatable {
    public var seed: UInt64
    public var low: UInt64
    public var high: UInt64

    public init(seed: UInt64, low: UInt64 = 0, high: UInt64 = 0) {
      self.seed = seed
      self.low = low
      self.high = high
    }
  }

  public var state: State

  public init(seed: UInt64) { state = State(seed: seed) }

  /// Reserves the counter values for `count` numbers, `perBlock` of which come from one block.
  private func take(_ count: Int, perBlock: Int) -> pn_philox {
    let start = take(blocks: (count + perBlock - 1) / perBlock)
    return pn_philox(key: start.seed, counter_low: start.low, counter_high: start.high)
  }

  /// Reserves `blocks` counter values and returns the state that they begin at.
  func take(blocks: Int) -> State {
    let start = state
    let (low, overflow) = state.low.addingReportingOverflow(UInt64(blocks))
    state.low = low
    if overflow { state.high &+= 1 }
    return start
  }

  /// One uniform number in [0, 1) with 53 bits.
  public func uniform() -> Double {
    var value = 0.0
    pn_philox_uniform_f64(take(1, perBlock: 2), 1, &value)
    return value
  }

  /// One integer in 0 ..< bound, without bias; bound ≥ 1.
  public func integer(below bound: UInt64) -> UInt64 {
    // Lemire's multiplication with rejection.
    let threshold = (0 &- bound) % bound
    while true {
      var value: UInt64 = 0
      pn_philox_u64(take(1, perBlock: 2), 1, &value)
      let product = value.multipliedFullWidth(by: bound)
      if product.low >= threshold { return product.high }
    }
  }

  /// Fills a new tensor with uniform numbers in [low, high).
  public func uniform(_ shape: Shape, low: Double = 0, high: Double = 1, dtype: DType = .float32)
    throws -> Tensor
  {
    let result = try floating(shape, dtype, "rand")
    let n = result.elementCount
    switch dtype {
    case .float32: pn_philox_uniform_f32(take(n, perBlock: 4), Int64(n), result.floats)
    default: pn_philox_uniform_f64(take(n, perBlock: 2), Int64(n), result.doublesPointer)
    }
    if low != 0 || high != 1 {
      Backend.affine(high - low, low, result, into: result)
      if low < high { Generator.hold(result, below: high) }
    }
    return result
  }

  /// Fills a new tensor with normal numbers.
  public func normal(_ shape: Shape, mean: Double = 0, std: Double = 1, dtype: DType = .float32)
    throws -> Tensor
  {
    let result = try floating(shape, dtype, "randn")
    let n = result.elementCount
    switch dtype {
    case .float32:
      pn_philox_normal_f32(
        take(n, perBlock: 4), Int64(n), Float(mean), Float(std), result.floats)
    default:
      pn_philox_normal_f64(take(n, perBlock: 2), Int64(n), mean, std, result.doublesPointer)
    }
    return result
  }

  /// Integers in low ..< high, without bias.
  ///
  /// - Throws: `TensorError` when the range is empty.
  public func integers(_ shape: Shape, from low: Int64, below high: Int64) throws -> Tensor {
    let (width, overflow) = high.subtractingReportingOverflow(low)
    guard width > 0, !overflow else {
      throw TensorError(
        .value, "randint", expected: "low < high", got: "\(low) and \(high)")
    }
    let result = try Tensor(uninitialized: shape, .int64, "randint")
    let (n, bound) = (result.elementCount, UInt64(width))
    let values = result.int64s
    let raw = UnsafeMutableRawPointer(values).assumingMemoryBound(to: UInt64.self)
    pn_philox_u64(take(n, perBlock: 2), Int64(n), raw)
    let threshold = (0 &- bound) % bound
    for index in 0..<n {
      let product = raw[index].multipliedFullWidth(by: bound)
      let value = product.low >= threshold ? product.high : integer(below: bound)
      values[index] = low &+ Int64(value)
    }
    return result
  }

  /// Integers from `low` (0 when nil) through `high`, which is by default the greatest up to which the
  /// type counts every integer: 2²⁴, 2⁵³, 2⁶³ − 2, 255 or 1.
  ///
  /// - Throws: `TensorError` when the range is empty, or reaches beyond what the type counts.
  public func integers(_ shape: Shape, from low: Int?, through high: Int?, dtype: DType) throws
    -> Tensor
  {
    let greatest: Int =
      switch dtype {
      case .float32: 1 << 24
      case .float64: 1 << 53
      case .int64: .max - 1
      case .uint8: 255
      case .bool: 1
      }
    let least = dtype.isFloating ? -greatest : dtype == .int64 ? .min : 0
    let (from, through) = (low ?? 0, high ?? greatest)
    guard least <= from, from <= through, through <= greatest else {
      throw TensorError(
        .value, "random_", expected: "\(least) ≤ low ≤ high ≤ \(greatest) for \(dtype)",
        got: "\(from) and \(through)")
    }
    return try integers(shape, from: Int64(from), below: Int64(through) + 1).to(dtype)
  }

  /// The numbers 0 ..< n in random order (Fisher–Yates).
  public func permutation(_ n: Int) throws -> Tensor {
    let result = try Tensor(uninitialized: Shape(n), .int64, "randperm")
    let values = result.int64s
    for index in 0..<n { values[index] = Int64(index) }
    var index = n - 1
    while index > 0 {
      let other = Int(integer(below: UInt64(index + 1)))
      (values[index], values[other]) = (values[other], values[index])
      index -= 1
    }
    return result
  }

  /// 1 with the given probability, else 0.
  public func bernoulli(_ shape: Shape, probability: Double, dtype: DType = .float32) throws
    -> Tensor
  {
    guard probability >= 0, probability <= 1 else {
      throw TensorError(
        .value, "bernoulli", argument: "p", expected: "a probability", got: "\(probability)")
    }
    return try uniform(shape, dtype: .float64).lt(probability).to(dtype)
  }

  /// Rounding may carry low + (high − low)·u to `high` itself; the greatest number below stands there.
  private static func hold(_ x: Tensor, below high: Double) {
    if x.dtype == .float32 {
      let nearest = Float(high)
      let greatest = Double(nearest) < high ? nearest : nearest.nextDown
      let values = x.floats
      for index in 0..<x.elementCount { values[index] = min(values[index], greatest) }
    } else {
      let values = x.doublesPointer
      for index in 0..<x.elementCount { values[index] = min(values[index], high.nextDown) }
    }
  }

  private func floating(_ shape: Shape, _ dtype: DType, _ name: StaticString) throws -> Tensor {
    guard dtype.isFloating else {
      throw TensorError(
        .dtype, "\(name)", argument: "dtype", expected: "float32 or float64", got: dtype.name)
    }
    return try Tensor(uninitialized: shape, dtype, name)
  }
}
