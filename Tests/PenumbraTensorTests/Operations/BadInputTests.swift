/// What cannot be computed is an error that names the operation, never a trap.

import PenumbraTensor
import Testing

@Suite struct BadInputTests {
  private static func matrix() throws -> Tensor { try Tensor.ones([2, 3]) }
  private static func numbers() throws -> Tensor { try Tensor([1, 2, 0] as [Int64], [3]) }
  private static let extremes = [Int.min, Int.min + 1, -1000, -3, 3, 1000, Int.max - 1, Int.max]

  @Test(arguments: extremes) func dimensionsOutOfRange(_ d: Int) throws {
    let x = try Self.matrix()
    let index = try Tensor([0, 1] as [Int64], [2])
    refuses("sum") { try x.sum([d]) }
    refuses("mean") { try x.mean([d]) }
    refuses("variance") { try x.variance([d]) }
    refuses("norm") { try x.norm([d]) }
    refuses("product") { try x.product([d]) }
    refuses("minimum") { try x.minimum(over: [d]) }
    refuses("argMaximum") { try x.argMaximum(d) }
    refuses("logSumExp") { try x.logSumExp(d) }
    refuses("softmax") { try x.softmax(d) }
    refuses("logSoftmax") { try x.logSoftmax(d) }
    refuses("cumulativeSum") { try x.cumulativeSum(d) }
    refuses("transpose") { try x.transpose(0, d) }
    refuses("permute") { try x.permute([0, d]) }
    refuses("flatten") { try x.flatten(0, d) }
    refuses("squeeze") { try x.squeeze(d) }
    refuses("narrow") { try x.narrow(d, start: 0, count: 1) }
    refuses("select") { try x.select(d, 0) }
    refuses("select") { try x.select(0, d) }
    refuses("flip") { try x.flip([d]) }
    refuses("indexSelect") { try x.indexSelect(d, index) }
    refuses("gather") { try x.gather(d, index) }
    refuses("scatterAdd") { try x.scatterAdd(d, index, x) }
    refuses("sort") { try x.sort(d).values }
    refuses("argSort") { try x.argSort(d) }
    refuses("cat") { try Tensor.cat([x, x], d) }
    if d != 3, d != -3 {
      refuses("unsqueeze") { try x.unsqueeze(d) }
      refuses("stack") { try Tensor.stack([x, x], d) }
    }
  }

  @Test(arguments: extremes) func sizesOutOfRange(_ n: Int) throws {
    let x = try Self.matrix()
    for (start, count, step) in [(n, 1, 1), (0, n, 1), (1, 2, n), (n, n, n), (n, 0, 1), (0, n, n)] {
      if start == 3 && count == 0 || count == 3 && step == 1 { continue }
      refuses("narrow \(start) \(count) \(step)") {
        try x.narrow(1, start: start, count: count, step: step)
      }
    }
    refuses("expand") { try x.expand(to: [n]) }
    refuses("reshape") { try x.reshape([n]) }
    refuses("reshape") { try x.reshape([n, -1, 7]) }
    if n < 0 || n > 1000 {
      refuses("zeros") { try Tensor.zeros([n]) }
      refuses("zeros") { try Tensor.zeros([n, n]) }
      refuses("zeros") { try Tensor.zeros([0, n, n]) }
      refuses("eye") { try Tensor.eye(n) }
      refuses("eye") { try Tensor.eye(1, n) }
      refuses("linspace") { try Tensor.linspace(0, 1, count: n) }
      refuses("repeated") { try x.repeated([n, n]) }
      refuses("repeated") { try x.repeated([n, 1]) }
      refuses("oneHot") { try Self.numbers().oneHot(n) }
      let generator = Generator(seed: 1)
      refuses("uniform") { try generator.uniform([n]) }
      refuses("normal") { try generator.normal([n, n]) }
      refuses("exponential") { try generator.exponential([n]) }
      refuses("permutation") { try generator.permutation(n) }
      refuses("integers") { try generator.integers([n], from: 0, below: 5) }
      refuses("bernoulli") { try generator.bernoulli([n], probability: 0.5) }
    }
  }

  @Test func shapesThatDoNotFit() throws {
    let x = try Self.matrix()
    let y = try Tensor.ones([4])
    for operation in [
      x.add, x.sub, x.mul, x.div, x.pow, x.maximum, x.minimum, x.remainder, x.floorDivide, x.atan2,
      x.eq, x.lt, x.logicalAnd, x.matmul, { try x.crossEntropy($0) }, { try x.bceWithLogits($0) },
    ] as [(Tensor) throws -> Tensor] {
      refuses("operation") { try operation(y) }
    }
    refuses("select") { try Tensor.select(x.gt(0), x, y) }
    refuses("maskedFill") { try x.maskedFill(y.gt(0), 1) }
    refuses("maskedSelect") { try x.maskedSelect(y.gt(0)) }
    refuses("cat") { try Tensor.cat([x, y]) }
    refuses("cat") { try Tensor.cat([]) }
    refuses("stack") { try Tensor.stack([]) }
    refuses("stack") { try Tensor.stack([x, y]) }
    refuses("cat of scalars") { try Tensor.cat([Tensor.scalar(1)]) }
    refuses("linear") { try x.linear(y) }
    refuses("linear") { try x.linear(Tensor.ones([2, 2])) }
    refuses("linear") { try x.linear(Tensor.ones([2, 3]), y) }
    refuses("linear") { try Tensor.scalar(1).linear(Tensor.ones([2, 3])) }
    refuses("matmul of a scalar") { try x.matmul(Tensor.scalar(1)) }
    refuses("matmul batches") { try Tensor.ones([2, 2, 2]).matmul(Tensor.ones([3, 2, 2])) }
    refuses("sum named twice") { try x.sum([0, 0]) }
    refuses("sum named twice") { try x.sum([0, -2]) }
    refuses("flip named twice") { try x.flip([0, -2]) }
    refuses("permute named twice") { try x.permute([0, 0]) }
    refuses("permute too few") { try x.permute([0]) }
    refuses("flatten backwards") { try x.flatten(1, 0) }
    refuses("minimum of nothing") { try Tensor.zeros([0]).minimum(over: nil) }
    refuses("argMaximum of nothing") { try Tensor.zeros([2, 0]).argMaximum(1) }
    refuses("tensor") { try Tensor([1, 2, 3], [2]) }
    refuses("tensor") { try Tensor([1, 2, 3] as [Int64], [2, 2]) }
    refuses("tensor") {
      try [1.0].withUnsafeBytes { try Tensor(bytes: $0, [2], dtype: .float64) }
    }
    refuses("item") { try Tensor.scalar(x.item()) }
    refuses("bytes of a view") {
      try x.transpose(0, 1).withMutableBytes { _ in x }
    }
  }

  @Test func moreThanEightDimensions() throws {
    let x = try Tensor.ones([1, 1, 1, 1, 1, 1, 1, 1])
    refuses("shape") { try Tensor.ones(Shape(Array(repeating: 1, count: 9))) }
    refuses("unsqueeze") { try x.unsqueeze(0) }
    refuses("stack") { try Tensor.stack([x, x]) }
    refuses("oneHot") { try x.to(.int64).oneHot(2) }
    #expect(try x.matmul(x).rank == 8)
    #expect(try x.repeated([2, 1, 1, 1, 1, 1, 1, 2]).elementCount == 4)
  }

  @Test func typesThatDoNotFit() throws {
    let (x, n) = (try Self.matrix(), try Self.numbers())
    refuses("mean") { try n.mean() }
    refuses("variance") { try n.variance() }
    refuses("norm") { try n.norm() }
    refuses("softmax") { try n.softmax() }
    refuses("logSumExp") { try n.logSumExp(0) }
    refuses("relu") { try n.relu() }
    refuses("bce") { try n.bceWithLogits(n) }
    refuses("matmul") { try n.to(.bool).matmul(n.to(.bool)) }
    refuses("linear") { try x.linear(Tensor.ones([2, 3], dtype: .float64)) }
    refuses("select") { try Tensor.select(x, x, x) }
    refuses("indexSelect") { try x.indexSelect(0, x.select(0, 0)) }
    refuses("gather") { try x.gather(0, x) }
    refuses("scatterAdd") { try x.scatterAdd(0, n, x) }
    refuses("scatterAdd") { try x.scatterAdd(0, n.reshape([1, 3]), x.to(.float64)) }
    refuses("oneHot") { try x.oneHot(3) }
    refuses("crossEntropy") { try x.crossEntropy(Tensor.zeros([2])) }
    let generator = Generator(seed: 1)
    refuses("uniform") { try generator.uniform([2], dtype: .int64) }
    refuses("normal") { try generator.normal([2], dtype: .bool) }
    refuses("exponential") { try generator.exponential([2], dtype: .uint8) }
  }

  @Test func valuesThatDoNotFit() throws {
    let n = try Self.numbers()
    refuses("integer division by zero") { try n.floorDivide(n) }
    refuses("integer remainder by zero") { try n.remainder(n) }
    refuses("integer division by zero") { try n.to(.uint8).floorDivide(n.to(.uint8)) }
    refuses("integer division by a zero scalar") {
      try n.floorDivide(Tensor.scalar(0, dtype: .int64))
    }
    for index in [3, -4, Int64.max, Int64.min] as [Int64] {
      let position = try Tensor([index], [1])
      refuses("indexSelect") { try n.indexSelect(0, position) }
      refuses("gather") { try n.gather(0, position) }
      refuses("scatterAdd") { try n.scatterAdd(0, position, position) }
      refuses("oneHot") { try position.oneHot(3) }
      refuses("crossEntropy") { try Tensor.ones([1, 3]).crossEntropy(position) }
    }
    for (start, end, step) in [
      (0, 1, 0), (0, 1, -1), (0, .infinity, 1), (.nan, 1, 1), (0, 1, .nan), (0, 1e300, 1),
      (-1e308, 1e308, 1),
    ] as [(Double, Double, Double)] {
      refuses("arange") { try Tensor.arange(start, end, step: step) }
    }
    let generator = Generator(seed: 1)
    refuses("integers") { try generator.integers([1], from: 3, below: 3) }
    refuses("integers") { try generator.integers([1], from: .min, below: .max) }
    for p in [-0.1, 1.1, .nan] {
      refuses("bernoulli") { try generator.bernoulli([1], probability: p) }
    }
    for rate in [0, -1, .nan, .infinity] as [Double] {
      refuses("exponential") { try generator.exponential([1], rate: rate) }
    }
    #expect(try n.floorDivide(Tensor([0, 0, 1] as [Int64], [3]).add(1)).integers() == [1, 2, 0])
    let least = try Tensor([Int64.min], [1])
    #expect(try least.floorDivide(Tensor([-1] as [Int64], [1])).integers() == [.min])
    #expect(try least.remainder(Tensor([-1] as [Int64], [1])).integers() == [0])
    #expect(try least.abs().integers() == [.min])
  }

  @Test func messagesNameOperationArgumentAndShapes() throws {
    let x = try Tensor.ones([64, 128])
    let error = #expect(throws: TensorError.self) { try x.matmul(Tensor.ones([64, 10])) }
    #expect(error?.description == "matmul: argument 2: expected [128, n], got [64, 10]")
    let second = #expect(throws: TensorError.self) { try x.sum([5]) }
    #expect(second?.description == "sum: dim: expected 1 to 2, or negative, got 6")
  }
}
