/// What the graph of derivatives does: accumulation, freeing, modes, hooks.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct AutogradTests {
  private func leaf(_ values: [Double]) throws -> Tensor {
    try Tensor(values, Shape(values.count), dtype: .float64).requiresGradient(true)
  }

  @Test func gradientsAccumulateOverPassesAndUses() throws {
    let x = try leaf([1, 2])
    try x.mul(x).add(x).sum().backward()
    #expect(try x.gradient?.doubles() == [3, 5])
    try x.mul(10).sum().backward()
    #expect(try x.gradient?.doubles() == [13, 15])
    try x.setGradient(nil)
    try x.mul(10).sum().backward()
    #expect(try x.gradient?.doubles() == [10, 10])
  }

  @Test func aGraphIsFreedUnlessRetained() throws {
    let x = try leaf([3])
    let y = try x.mul(x)
    try y.backward(retainGraph: true)
    try y.backward()
    #expect(try x.gradient?.doubles() == [12])
    let error = #expect(throws: TensorError.self) { try y.backward() }
    #expect(error?.kind == .graph)
    #expect(error?.reason.contains("'mul'") == true)
    #expect(error?.reason.contains("retain_graph") == true)
  }

  @Test func twoLeavesDoNotShareOneGradient() throws {
    let (a, b) = (try leaf([1, 2]), try leaf([3, 4]))
    let seed = try Tensor([1, 1], [2], dtype: .float64)
    try a.add(b).backward(seed: seed)
    try a.gradient?.fill(7)
    #expect(try b.gradient?.doubles() == [1, 1])
    #expect(try seed.doubles() == [1, 1])
  }

  @Test func aGradientIsNoWindowOnAnotherValue() throws {
    let a = try leaf([1, 2, 3, 4])
    let seed = try Tensor([1, 2, 3, 4], [2, 2], dtype: .float64)
    try a.reshape([2, 2]).backward(seed: seed)
    try a.gradient?.fill(0)
    #expect(try seed.doubles() == [1, 2, 3, 4])
    let b = try leaf([1])
    let given = try Tensor([5], [1], dtype: .float64)
    try b.backward(seed: given)
    try b.gradient?.fill(0)
    #expect(try given.doubles() == [5])
  }

  @Test func nothingIsRecordedWithoutGradientMode() throws {
    let x = try leaf([1, 2])
    let y = try GradientMode.with(false) { try x.mul(2) }
    #expect(!y.requiresGradient)
    #expect(GradientMode.isEnabled)
    #expect(throws: TensorError.self) { try y.sum().backward() }
    let z: Tensor = try GradientMode.with(false) {
      try GradientMode.with(true) { try x.mul(2) }
    }
    #expect(z.requiresGradient)
  }

  @Test func gradientModeIsRestoredAfterAnError() throws {
    struct Failure: Error {}
    #expect(throws: Failure.self) { try GradientMode.with(false) { throw Failure() } }
    #expect(GradientMode.isEnabled)
  }

  @Test func detachingCutsTheGraphAndSharesMemory() throws {
    let x = try leaf([2, 3])
    let y = try x.mul(x)
    let cut = y.detached()
    #expect(!cut.requiresGradient)
    try y.mul(cut).sum().backward()
    #expect(try x.gradient?.doubles() == [2 * 2 * 4, 2 * 3 * 9])
    try cut.fill(0)
    #expect(try y.doubles() == [0, 0])
  }

  @Test func anInputOutOfReachHasNoGradient() throws {
    let (x, other) = (try leaf([1]), try leaf([1]))
    let found = try Tensor.gradients(of: [x.mul(3)], withRespectTo: [other, x])
    #expect(found[0] == nil)
    #expect(try found[1]?.doubles() == [3])
    #expect(x.gradient == nil)
  }

  @Test func gradientsOfSeveralOutputsAndOfInnerValues() throws {
    let x = try leaf([2])
    let y = try x.mul(x)
    let (a, b) = (try y.mul(3), try y.mul(y))
    let seeds = [try Tensor([10], [1], dtype: .float64), nil]
    let found = try Tensor.gradients(of: [a, b], withRespectTo: [y, x, y], seeds: seeds)
    // y = 4: 10 · 3 + 2 y = 38; times 2 x = 152
    #expect(try found.map { try $0?.doubles() } == [[38], [152], [38]])
  }

  @Test func gradientsNeedAnInputThatWantsOne() throws {
    let x = try leaf([1])
    let constant = try Tensor([1], [1], dtype: .float64)
    let error = #expect(throws: TensorError.self) {
      try Tensor.gradients(of: [x.mul(2)], withRespectTo: [x, constant])
    }
    #expect(error?.description == "grad: input 2: does not require a gradient")
  }

  @Test func backwardNeedsOneElementOrASeedOfItsShape() throws {
    let x = try leaf([1, 2])
    #expect(throws: TensorError.self) { try x.mul(2).backward() }
    let wrong = try Tensor([1, 1, 1], [3], dtype: .float64)
    #expect(throws: TensorError.self) { try x.mul(2).backward(seed: wrong) }
    let constant = try Tensor([1], [1], dtype: .float64)
    #expect(throws: TensorError.self) { try constant.backward() }
  }

  @Test func hessianVectorProduct() throws {
    // f = Σ x_i³ x_{i+1}: H v in closed form for x = (1, 2), v = (3, 5)
    let x = try leaf([1, 2])
    let (a, b) = (try x.select(0, 0), try x.select(0, 1))
    let f = try a.pow(3).mul(b)
    let first = try Tensor.gradients(of: [f], withRespectTo: [x], createGraph: true)
    let gradient = try #require(first[0])
    #expect(try gradient.doubles() == [6, 1])
    let v = try Tensor([3, 5], [2], dtype: .float64)
    let second = try Tensor.gradients(of: [gradient.mul(v).sum()], withRespectTo: [x])
    // H = [[6 a b, 3 a²], [3 a², 0]] = [[12, 3], [3, 0]]
    #expect(try second[0]?.doubles() == [51, 9])
  }

  @Test func thirdDerivative() throws {
    let x = try leaf([0.5])
    var value = try x.exp().mul(x.square())
    for _ in 0..<3 {
      let next = try Tensor.gradients(of: [value], withRespectTo: [x], createGraph: true)
      value = try #require(next[0])
    }
    // (x² eˣ)''' = (x² + 6 x + 6) eˣ
    let expected = (0.25 + 3 + 6) * 1.6487212707001282
    #expect(try mismatch(value, [expected], tolerance: 1e-14) == nil)
  }

  @Test func gradientsThroughAnUpdateStep() throws {
    // One unrolled step w' = w − η ∂(w²θ)/∂w, then ∂(w'²)/∂θ = 2 w' · (−2 η w)
    let (w, theta) = (try leaf([3]), try leaf([0.5]))
    let inner = try Tensor.gradients(
      of: [w.square().mul(theta)], withRespectTo: [w], createGraph: true)
    let next = try w.sub(#require(inner[0]).mul(0.1))
    let outer = try Tensor.gradients(of: [next.square()], withRespectTo: [theta])
    let updated = 3 - 0.1 * 2 * 3 * 0.5
    #expect(try mismatch(#require(outer[0]), [2 * updated * -0.6], tolerance: 1e-14) == nil)
  }

  @Test func gradientOfWrongShapeCannotBeSet() throws {
    let x = try leaf([1, 2])
    #expect(throws: TensorError.self) { try x.setGradient(Tensor.ones([3], dtype: .float64)) }
    #expect(throws: TensorError.self) { try x.setGradient(Tensor.ones([2], dtype: .float32)) }
    #expect(throws: TensorError.self) { try Tensor.ones([2]).setGradient(Tensor.ones([2])) }
    try x.setGradient(Tensor.ones([2], dtype: .float64))
    #expect(try x.gradient?.doubles() == [1, 1])
  }

  @Test func onlyFloatingLeavesWantGradients() throws {
    #expect(throws: TensorError.self) { try Tensor.ones([2], dtype: .int64).requiresGradient(true) }
    let x = try leaf([1])
    let y = try x.mul(2)
    #expect(!y.isLeaf && x.isLeaf)
    #expect(throws: TensorError.self) { try y.requiresGradient(false) }
    try x.requiresGradient(false)
    #expect(!x.requiresGradient)
  }
}

@Suite struct HookTests {
  @Test func aHookSeesAndReplacesTheGradient() throws {
    let x = try Tensor([1, 2], [2], dtype: .float64).requiresGradient(true)
    let y = try x.mul(3)
    var seen: [[Double]] = []
    let first = try y.registerHook { gradient in
      seen.append(try gradient.doubles())
      return try gradient.mul(2)
    }
    let second = try x.registerHook { gradient in
      seen.append(try gradient.doubles())
      return nil
    }
    try y.sum().backward(retainGraph: true)
    #expect(seen == [[1, 1], [6, 6]])
    #expect(try x.gradient?.doubles() == [6, 6])
    y.removeHook(first)
    x.removeHook(second)
    try y.sum().backward()
    #expect(seen.count == 2)
    #expect(try x.gradient?.doubles() == [9, 9])
  }

  @Test func aHookCannotChangeTheShape() throws {
    let x = try Tensor([1, 2], [2], dtype: .float64).requiresGradient(true)
    let y = try x.tanh()
    _ = try y.registerHook { _ in try Tensor.ones([1], dtype: .float64) }
    let error = #expect(throws: TensorError.self) { try y.sum().backward() }
    #expect(error?.operation == "hook")
  }

  @Test func anErrorInAHookLeavesTheGraphUsable() throws {
    struct Failure: Error {}
    let x = try Tensor([1], [1], dtype: .float64).requiresGradient(true)
    let y = try x.mul(3)
    let hook = try x.registerHook { _ in throw Failure() }
    #expect(throws: Failure.self) { try y.backward(retainGraph: true) }
    x.removeHook(hook)
    try y.backward()
    #expect(try x.gradient?.doubles() == [3])
  }

  /// As gradient checkpointing does: a graph of its own within the pass, over the same weights.
  @Test func aPassWithinAPassMayMeetTheSameLeaves() throws {
    let w = try Tensor([2], [1], dtype: .float64).requiresGradient(true)
    let y = try w.mul(3)
    _ = try y.registerHook { gradient in
      let inner = try GradientMode.with(true) {
        try w.mul(100).backward()
        return try Tensor.gradients(of: [w.square()], withRespectTo: [w])
      }
      return try inner[0].map { try gradient.mul($0) }
    }
    // The first use of w has its gradient pending when the hook of y runs.
    try w.mul(7).add(y).add(w.mul(10)).backward()
    #expect(try w.gradient?.doubles() == [7 + 10 + 3 * 4 + 100])
  }

  @Test func differentiatingTheSameGraphFromAHookIsAnError() throws {
    let x = try Tensor([1], [1], dtype: .float64).requiresGradient(true)
    let y = try x.mul(3)
    _ = try x.registerHook { _ in
      try y.backward()
      return nil
    }
    let error = #expect(throws: TensorError.self) { try y.backward() }
    #expect(error?.kind == .graph)
  }
}
