/// Graphs let go of what they hold; measured in processes of their own.

import PenumbraTensor
import Testing

@Suite struct GraphMemoryTests {
  private static let size = 100_000
  private static var live: Int { MemoryPool.statistics.live }

  private static func leaf() throws -> Tensor {
    try Tensor.full(Shape(size), 0.5).requiresGradient(true)
  }

  @Test func nothingOutlivesAStep() async {
    await #expect(processExitsWith: .success) {
      let (x, w) = (try Self.leaf(), try Self.leaf())
      let before = Self.live
      for createGraph in [false, true, false] {
        try x.mul(w).tanh().exp().sigmoid().softmax().sum().backward(createGraph: createGraph)
        try x.setGradient(nil)
        try w.setGradient(nil)
        #expect(Self.live == before)
      }
    }
  }

  @Test func savedResultsMakeNoCycles() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      let before = Self.live
      func make() throws {
        let y = try x.exp().sqrt().reciprocal().norm().add(x.product()).add(x.maximum(over: nil))
        _ = try y.logSoftmaxOfPair()
      }
      try make()
      #expect(Self.live == before)
    }
  }

  @Test func aBackwardPassFreesWhatItUsed() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      let one = Self.live
      // exp and square save their values, which a later backward pass would need.
      let y = try x.exp().square().sin().sum()
      #expect(Self.live >= 3 * one)
      try y.backward()
      #expect(Self.live <= 2 * one + 4096)
      withExtendedLifetime(y) {}
    }
  }

  @Test func aGradientThatIsNotWantedTakesNoMemory() async {
    await #expect(processExitsWith: .success) {
      let (x, w) = (try Self.leaf(), try Self.leaf())
      let before = Self.live
      let found = try Tensor.gradients(of: [x.mul(w).sum()], withRespectTo: [x])
      #expect(Self.live <= before + Self.size * 4 + 65536)
      #expect(w.gradient == nil && x.gradient == nil)
      withExtendedLifetime(found) {}
    }
  }

  /// A leaf takes a gradient that nobody else holds, without a copy.
  @Test func aFreshGradientIsNotCopied() async {
    await #expect(processExitsWith: .success) {
      let x = try Self.leaf()
      let y = try x.square().sum()
      let before = MemoryPool.statistics.requests
      // The seed, 2 x, and its product with the seed.
      try y.backward()
      #expect(MemoryPool.statistics.requests == before + 3)
    }
  }

  @Test func anErrorInABackwardPassLeavesNothingBehind() async {
    await #expect(processExitsWith: .success) {
      struct Failure: Error {}
      let x = try Self.leaf()
      let before = Self.live
      func fail() throws {
        let y = try x.mul(2)
        _ = try y.registerHook { _ in throw Failure() }
        try y.exp().sum().backward()
      }
      for _ in 0..<3 { #expect(throws: Failure.self) { try fail() } }
      #expect(Self.live == before)
    }
  }
}

extension Tensor {
  fileprivate func logSoftmaxOfPair() throws -> Tensor {
    try Tensor.stack([self, self]).logSoftmax()
  }
}
