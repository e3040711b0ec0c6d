/// Checkpoints keep little and change nothing; deep graphs of every kind are differentiated and released.

import PenumbraTensor
import Testing

@Suite struct CheckpointTests {
  private static func block(_ x: Tensor) throws -> Tensor {
    try (0..<10).reduce(x) { value, _ in try value.tanh().mul(1.1).sin() }
  }

  @Test func thePeakIsLower() async {
    await #expect(processExitsWith: .success) {
      let x = try Tensor.full([100_000], 0.5).requiresGradient(true)
      func run(_ segment: (Tensor) throws -> Tensor) throws -> ([Double], Int) {
        let before = MemoryPool.statistics.live
        var peak = 0
        var y = x
        for _ in 0..<10 {
          y = try segment(y)
          peak = max(peak, MemoryPool.statistics.live - before)
        }
        _ = try x.registerHook { _ in
          peak = max(peak, MemoryPool.statistics.live - before)
          return nil
        }
        try y.sum().backward()
        defer { x.gradient.map { _ in try? x.setGradient(nil) } }
        return (try x.gradient?.doubles() ?? [], peak)
      }
      let (plain, high) = try run(Self.block)
      let (checkpointed, low) = try run { y in
        try Tensor.checkpoint([y]) { try [Self.block($0[0])] }[0]
      }
      #expect(plain == checkpointed)
      #expect(low * 4 < high, "\(low) and \(high)")
    }
  }

  @Test func severalResultsAndOnlySomeUsed() throws {
    let x = try Tensor([0.3, 0.8], [2], dtype: .float64).requiresGradient(true)
    let w = try Tensor([2, 3], [2], dtype: .float64).requiresGradient(true)
    let results = try Tensor.checkpoint([x]) { [try $0[0].mul(w), try $0[0].exp(), $0[0]] }
    #expect(results[2] === x || results[2].isLeaf)
    try results[0].sum().backward(retainGraph: true)
    #expect(try x.gradient?.doubles() == [2, 3] && w.gradient?.doubles() == [0.3, 0.8])
    let found = try Tensor.gradients(of: [results[0].mul(results[1]).sum()], withRespectTo: [x])
    #expect(try found[0]?.doubles().count == 2)
    #expect(try w.gradient?.doubles() == [0.3, 0.8])
  }

  @Test func anotherResultTheSecondTimeIsAnError() throws {
    let x = try Tensor([1, 2], [2], dtype: .float64).requiresGradient(true)
    var calls = 0
    let y = try Tensor.checkpoint([x]) { inputs in
      calls += 1
      return [try calls == 1 ? inputs[0].mul(2) : inputs[0].sum()]
    }
    let error = #expect(throws: TensorError.self) { try y[0].sum().backward() }
    #expect(error?.operation == "checkpoint")
  }

  private static func leaf() throws -> Tensor {
    try Tensor([0.1, 0.2], [2], dtype: .float64).requiresGradient(true)
  }

  @Test func deepChains() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      let before = MemoryPool.statistics.live
      func run(_ count: Int, _ step: (Tensor) throws -> Tensor) throws {
        var y = x
        for _ in 0..<count { y = try step(y) }
        let first = try Tensor.gradients(
          of: [y.sum()], withRespectTo: [x], createGraph: count <= 100_000)
        #expect(try first[0]?.doubles().allSatisfy(\.isFinite) == true)
      }
      try run(100_000) { try Tensor.checkpoint([$0]) { [try $0[0].sin()] }[0] }
      try run(100_000) { y in
        try Tensor.custom("f", [y]) { context in
          context.save([y])
          return [try y.mul(y)]
        } backward: { saved, gradients in
          [try gradients[0].mul(saved[0]).mul(2)]
        }[0]
      }
      try run(1_000_000) { try $0.mul(0.999) }
      let base = try x.mul(1)
      for _ in 0..<100_000 {
        try base.narrow(0, start: 0, count: 1).replace("mul_") { try $0.mul(1.00001) }
      }
      try base.sum().backward()
      try x.setGradient(nil)
      #expect(MemoryPool.statistics.live <= before + 64 * 2)
    }
  }
}
