/// The gradients of many parts meet in one tensor: work does not grow with the number of parts.

import PenumbraTensor
import Testing

@Suite struct PartitionTests {
  private static let count = 10_000

  private static func leaf(_ shape: Shape) throws -> Tensor {
    try Tensor.arange(0, Double(shape.elementCount), dtype: .float64).reshape(shape)
      .requiresGradient(true)
  }

  /// Each way to take a vector apart into so many parts.
  private static let ways: [@Sendable (Tensor) throws -> [Tensor]] = [
    { try $0.unbind() }, { try $0.split(1) }, { try $0.chunk(count) },
    { try $0.tensorSplit(count) },
    { try $0.split(Array(repeating: 1, count: count)) },
    { try $0.tensorSplit(Array(1..<count)) },
  ]

  @Test(arguments: ways.indices) func aBackwardPassAllocatesNoTensorForEachPart(_ way: Int) async {
    await #expect(processExitsWith: .success) { [way] in
      let x = try PartitionTests.leaf([PartitionTests.count])
      let parts = try PartitionTests.ways[way](x)
      let total = try Tensor.stack(parts).square().sum()
      let before = MemoryPool.statistics.requests
      try total.backward()
      #expect(MemoryPool.statistics.requests < before + 20)
      #expect(try x.gradient?.isEqual(to: x.detached().mul(2)) == true)
    }
  }

  @Test func aSecondPassAllocatesNoTensorForEachPart() async {
    await #expect(processExitsWith: .success) {
      let x = try PartitionTests.leaf([PartitionTests.count])
      let cube = try Tensor.stack(x.unbind()).pow(3).sum()
      let before = MemoryPool.statistics.requests
      let first = try Tensor.gradients(of: [cube], withRespectTo: [x], createGraph: true)[0]
      try first?.sum().backward()
      #expect(MemoryPool.statistics.requests < before + 60)
      #expect(try x.gradient?.isEqual(to: x.detached().mul(6)) == true)
    }
  }

  @Test func partsThatNobodyUsedCountAsZero() throws {
    let x = try Self.leaf([3, 2])
    let parts = try x.unbind(0)
    try parts[1].square().sum().backward()
    #expect(try x.gradient?.doubles() == [0, 0, 4, 6, 0, 0])
  }

  @Test func aPartUsedTwiceCountsTwice() throws {
    let x = try Self.leaf([4])
    let parts = try x.split(3)
    try parts[0].sum().add(parts[0].mul(2).sum()).add(parts[1].sum()).backward()
    #expect(try x.gradient?.doubles() == [3, 3, 3, 1])
  }

  @Test func partsThatOverlapAdd() throws {
    let x = try Self.leaf([4])
    let parts = try x.tensorSplit([3, 1])
    #expect(parts.map(\.elementCount) == [3, 0, 3])
    try Tensor.cat(parts).sum().backward()
    #expect(try x.gradient?.doubles() == [1, 2, 2, 1])
  }

  @Test func aGraphCanBeUsedAgain() throws {
    let x = try Self.leaf([4])
    let (a, b) = { ($0[0], $0[1]) }(try x.chunk(2))
    let product = try a.mul(b).sum()
    try product.backward(retainGraph: true)
    try a.sum().backward(retainGraph: true)
    try product.backward()
    #expect(try x.gradient?.doubles() == [5, 7, 0, 2])
  }

  @Test func aPartCanBeAskedForItsOwnGradient() throws {
    let x = try Self.leaf([4])
    let parts = try x.chunk(2)
    let total = try Tensor.cat(parts).square().sum()
    let found = try Tensor.gradients(of: [total], withRespectTo: [parts[1]], retainGraph: true)
    #expect(try found[0]?.doubles() == [4, 6])
    try total.backward()
    #expect(try x.gradient?.doubles() == [0, 2, 4, 6])
  }

  @Test func aPartChangedInPlaceChangesTheWhole() throws {
    let x = try Self.leaf([4])
    let y = try x.mul(1)
    let parts = try y.chunk(2)
    try parts[0].replace("mul_") { try $0.mul(3) }
    try y.sum().add(parts[1].sum()).backward()
    #expect(try x.gradient?.doubles() == [3, 3, 2, 2])
  }
}
