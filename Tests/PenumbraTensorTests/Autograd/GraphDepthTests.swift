/// Graphs 10⁵ operations deep; each runs in a process of its own, which a stack overflow would kill.

import PenumbraTensor
import Testing

@Suite struct GraphDepthTests {
  private static func chain(_ x: Tensor, _ step: (Tensor) throws -> Tensor) throws -> Tensor {
    var y = x
    for _ in 0..<100_000 { y = try step(y) }
    return y
  }

  private static func leaf() throws -> Tensor {
    try Tensor([1, 2], [2], dtype: .float64).requiresGradient(true)
  }

  @Test func differentiatedAndReleased() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      try Self.chain(x) { try $0.add(1) }.sum().backward()
      #expect(try x.gradient?.doubles() == [1, 1])
    }
  }

  @Test func releasedWithoutBackward() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      let before = MemoryPool.statistics.live
      _ = try Self.chain(x) { try $0.add(1) }
      #expect(MemoryPool.statistics.live == before)
    }
  }

  @Test func savedValuesReleased() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      let before = MemoryPool.statistics.live
      _ = try Self.chain(x) { try $0.mul($0).tanh() }
      #expect(MemoryPool.statistics.live == before)
      try Self.chain(x) { try $0.mul($0).tanh() }.sum().backward(retainGraph: true)
      try x.setGradient(nil)
      #expect(MemoryPool.statistics.live == before)
    }
  }

  @Test func viewsAndManyInputs() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      let before = MemoryPool.statistics.live
      _ = try Self.chain(x) { try Tensor.cat([$0, x, $0]).narrow(0, start: 1, count: 2) }
      #expect(MemoryPool.statistics.live == before)
    }
  }

  @Test func graphsOfGradients() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      let before = MemoryPool.statistics.live
      func run() throws {
        let y = try Self.chain(x) { try $0.sin() }.sum()
        let first = try Tensor.gradients(of: [y], withRespectTo: [x], createGraph: true)
        let second = try Tensor.gradients(of: [first[0]!.sum()], withRespectTo: [x])
        #expect(try second[0]?.doubles().allSatisfy(\.isFinite) == true)
      }
      try run()
      #expect(MemoryPool.statistics.live == before)
    }
  }

  @Test func changedInPlace() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      let y = try x.mul(1)
      for _ in 0..<100_000 { try y.replace("add_") { try $0.add(1) } }
      try y.sum().backward()
      #expect(try x.gradient?.doubles() == [1, 1])
    }
  }
}
