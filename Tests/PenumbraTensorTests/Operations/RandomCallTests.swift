/// Random calls over the whole library: none may trap, whatever its arguments.

import PenumbraTensor
import TestSupport
import Testing

/// Makes up tensors, sizes and calls from a seed.
private struct RandomCaller {
  let generator: Generator
  var pool: [Tensor] = []

  init(seed: UInt64) { generator = Generator(seed: seed) }

  func below(_ n: Int) -> Int { Int(generator.integer(below: UInt64(n))) }

  func integer() -> Int {
    below(20) == 0 ? [Int.min, Int.max, -1 << 40, 1 << 40, 1 << 62][below(5)] : below(8) - 3
  }

  func number() -> Double {
    below(6) == 0
      ? [Double.nan, .infinity, -.infinity, 1e300, -0.0, 1e-300][below(6)]
      : generator.uniform() * 6 - 3
  }

  func shape() -> Shape {
    var shape = Shape()
    for _ in 0..<below(below(10) == 0 ? 9 : 4) {
      shape.append(below(200) == 0 ? integer() : [0, 1, 1, 2, 2, 3, 4][below(7)])
    }
    return shape
  }

  func fresh() throws -> Tensor {
    let dtype = DType.allCases[below(5)]
    let x = try generator.uniform(shape(), low: -2, high: 4, dtype: .float64).to(dtype)
    if dtype.isFloating, below(3) == 0 { try x.requiresGradient(true) }
    return x
  }

  func tensor() throws -> Tensor {
    below(4) == 0 || pool.isEmpty ? try fresh() : pool[below(pool.count)]
  }

  func list() -> [Int] { (0..<below(4)).map { _ in integer() } }

  mutating func step() throws {
    let (x, y) = (try tensor(), try tensor())
    let call = calls[below(calls.count)]
    let result = try call(self, x, y)
    if result.elementCount <= 4096 {
      if pool.count < 40 { pool.append(result) } else { pool[below(40)] = result }
    }
    _ = result.description
    if result.elementCount <= 65536 { _ = try result.doubles() }
    if below(20) == 0, result.requiresGradient, result.dtype.isFloating {
      try result.backward(
        seed: Tensor.ones(result.shape, dtype: result.dtype), createGraph: below(3) == 0)
    }
  }
}

private typealias Call = @Sendable (RandomCaller, Tensor, Tensor) throws -> Tensor

private let calls: [Call] = elementwise + numeric + dimensional + structural + changing

private let elementwise: [Call] = [
  { _, x, _ in try x.abs() }, { _, x, _ in try x.sign() }, { _, x, _ in try x.square() },
  { _, x, _ in try x.sqrt() }, { _, x, _ in try x.rsqrt() }, { _, x, _ in try x.reciprocal() },
  { _, x, _ in try x.exp() }, { _, x, _ in try x.expm1() }, { _, x, _ in try x.log() },
  { _, x, _ in try x.log1p() }, { _, x, _ in try x.sin() }, { _, x, _ in try x.cos() },
  { _, x, _ in try x.tanh() }, { _, x, _ in try x.sigmoid() }, { _, x, _ in try x.erf() },
  { _, x, _ in try x.softplus() }, { _, x, _ in try x.floor() }, { _, x, _ in try x.round() },
  { _, x, _ in try x.isNaN() }, { _, x, _ in try x.isFinite() }, { _, x, _ in try x.relu() },
  { _, x, _ in try x.gelu() }, { _, x, _ in try x.silu() }, { _, x, _ in try x.elu() },
  { _, x, y in try x.add(y) }, { _, x, y in try x.sub(y) }, { _, x, y in try x.mul(y) },
  { _, x, y in try x.div(y) }, { _, x, y in try x.pow(y) }, { _, x, y in try x.maximum(y) },
  { _, x, y in try x.remainder(y) }, { _, x, y in try x.floorDivide(y) },
  { _, x, y in try x.atan2(y) }, { _, x, y in try x.lt(y) }, { _, x, y in try x.logicalXor(y) },
  { _, x, y in try x.matmul(y) }, { _, x, y in try x.bceWithLogits(y) },
  { _, x, y in try x.crossEntropy(y) }, { _, x, y in try x.linear(y) },
  { _, x, y in try Tensor.select(x, y, x) }, { _, x, y in try x.maskedSelect(y) },
]

private let numeric: [Call] = [
  { r, x, _ in try x.add(r.number()) }, { r, x, _ in try x.mul(r.number()) },
  { r, x, _ in try x.div(r.number()) }, { r, x, _ in try x.pow(r.number()) },
  { r, x, _ in try x.subtracted(from: r.number()) },
  { r, x, _ in try x.clamp(minimum: r.number(), maximum: r.number()) },
  { r, x, _ in try x.leakyReLU(slope: r.number()) }, { r, x, _ in try x.gt(r.number()) },
  { r, x, y in try x.maskedFill(y, r.number()) },
  { r, _, _ in try Tensor.arange(r.number(), r.number(), step: r.number()) },
  { r, _, _ in try Tensor.linspace(r.number(), r.number(), count: r.integer()) },
  { r, _, _ in try r.generator.bernoulli(r.shape(), probability: r.number()) },
  { r, _, _ in try r.generator.exponential(r.shape(), rate: r.number()) },
  { r, _, _ in
    try r.generator.integers(r.shape(), from: Int64(r.integer()), below: Int64(r.integer()))
  },
]

private let dimensional: [Call] = [
  { r, x, _ in try x.sum(r.list(), keepDimensions: r.below(2) == 0) },
  { r, x, _ in try x.mean(r.list()) }, { r, x, _ in try x.variance(r.list()) },
  { r, x, _ in try x.norm(r.list()) }, { r, x, _ in try x.product(r.list()) },
  { r, x, _ in try x.maximum(over: r.list()) }, { r, x, _ in try x.argMinimum(r.integer()) },
  { r, x, _ in try x.logSumExp(r.integer()) }, { r, x, _ in try x.softmax(r.integer()) },
  { r, x, _ in try x.logSoftmax(r.integer()) }, { r, x, _ in try x.cumulativeSum(r.integer()) },
  { r, x, _ in try x.sort(r.integer(), descending: r.below(2) == 0).values },
  { r, x, _ in try x.argSort(r.integer()) }, { r, x, _ in try x.flip(r.list()) },
  { r, x, y in try x.indexSelect(r.integer(), y) }, { r, x, y in try x.gather(r.integer(), y) },
  { r, x, y in try x.scatterAdd(r.integer(), y, x) },
  { r, x, _ in try x.oneHot(r.integer()) },
]

private let structural: [Call] = [
  { r, x, _ in try x.reshape(r.shape()) }, { r, x, _ in try x.reshape([-1, r.integer()]) },
  { r, x, _ in try x.flatten(r.integer(), r.integer()) }, { r, x, _ in try x.squeeze() },
  { r, x, _ in try x.squeeze(r.integer()) }, { r, x, _ in try x.unsqueeze(r.integer()) },
  { r, x, _ in try x.permute(r.list()) }, { r, x, _ in try x.transpose(r.integer(), r.integer()) },
  { r, x, _ in
    try x.narrow(r.integer(), start: r.integer(), count: r.integer(), step: r.integer())
  },
  { r, x, _ in try x.select(r.integer(), r.integer()) }, { r, x, _ in try x.expand(to: r.shape()) },
  { r, x, _ in try x.repeated(r.shape()) }, { _, x, _ in try x.contiguous() },
  { r, x, _ in try x.to(DType.allCases[r.below(5)]) }, { _, x, _ in x.detached() },
  { r, x, y in try Tensor.cat([x, y], r.integer()) },
  { r, x, y in try Tensor.stack([x, y], r.integer()) },
  { r, _, _ in try Tensor.zeros(r.shape(), dtype: DType.allCases[r.below(5)]) },
  { r, _, _ in try Tensor.eye(r.integer(), r.integer()) },
  { r, _, _ in try r.generator.permutation(r.integer()) },
]

private let changing: [Call] = [
  { r, x, _ in try x.fill(r.number()) }, { _, x, y in try x.copy(from: y) },
  { _, x, y in try x.replace("mul_") { try $0.mul(y) } },
  { r, x, y in try x.assign(y) { try $0.select(r.below(2), r.below(2)) } },
  { r, x, y in try x.assign(y) { try $0.transpose(r.below(2), 1).narrow(0, start: 1, count: 1) } },
  { _, x, y in try GradientMode.with(false) { try x.copy(from: y) } },
]

@Suite struct RandomCallTests {
  @Test func noCallTrapsAndNoMemoryIsLost() async {
    await #expect(processExitsWith: .success) {
      MemoryPool.limit = 1 << 28
      var (done, refused) = (0, 0)
      for seed in 0..<(runsSlowTests ? 5000 : 50) as Range<UInt64> {
        var caller = RandomCaller(seed: seed)
        for _ in 0..<2000 {
          do {
            try caller.step()
            done += 1
          } catch is TensorError {
            refused += 1
          }
        }
      }
      #expect(done > 10_000 && refused > 1000)
      // Gradients with graphs hold their leaves in cycles; everything else is gone.
      #expect(MemoryPool.statistics.live < 1 << 26)
    }
  }
}
