/// Views changed in place while derivatives are recorded; the numbers are PyTorch's.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct ViewInPlaceTests {
  private func leaf(_ values: [Double]) throws -> Tensor {
    try Tensor(values, Shape(values.count), dtype: .float64).requiresGradient(true)
  }

  private func constant(_ values: [Double], _ shape: Shape? = nil) throws -> Tensor {
    try Tensor(values, shape ?? Shape(values.count), dtype: .float64)
  }

  private func weighted(_ x: Tensor) throws -> Tensor {
    try x.mul(constant((1...x.elementCount).map(Double.init), x.shape)).sum()
  }

  @Test func aRow() throws {
    let x = try leaf([1, 2, 3, 4, 5, 6])
    let y = try x.mul(x).reshape([2, 3]).clone()
    try y.select(0, 1).replace("mul_") { try $0.mul(3) }
    #expect(try y.doubles() == [1, 4, 9, 48, 75, 108])
    try weighted(y).backward()
    #expect(try x.gradient?.doubles() == [2, 8, 18, 96, 150, 216])
  }

  @Test func aRangeWithAnotherOperand() throws {
    let (x, w) = (try leaf([1, 2, 3, 4]), try leaf([10, 20]))
    let y = try x.mul(2)
    try y.narrow(0, start: 1, count: 2).replace("add_") { try $0.add(w.mul(w)) }
    try y.mul(y).sum().backward()
    #expect(try x.gradient?.doubles() == [8, 416, 1624, 32])
    #expect(try w.gradient?.doubles() == [4160, 32480])
  }

  @Test func severalViewsAndViewsOfViews() throws {
    let x = try leaf([1, 2, 3, 4, 5, 6])
    let y = try x.mul(1)
    let table = try y.reshape([2, 3])
    let (column, row) = (try table.select(1, 1), try table.select(0, 1))
    try column.replace("mul_") { try $0.mul(x.narrow(0, start: 0, count: 2)) }
    try row.replace("pow_") { try $0.square() }
    #expect(try y.doubles() == [1, 2, 3, 16, 100, 36])
    #expect(try column.doubles() == [2, 100])
    try weighted(table).add(column.sum().mul(10)).add(row.select(0, 2).mul(100)).backward()
    #expect(try x.gradient?.doubles() == [25, 1512, 3, 32, 600, 1272])
    #expect(column.gradientFunction == "view")
  }

  @Test func secondDerivatives() throws {
    let x = try leaf([1, 2, 3])
    let y = try x.square()
    try y.narrow(0, start: 1, count: 2).replace("mul_") {
      try $0.mul(x.narrow(0, start: 0, count: 2))
    }
    let first = try Tensor.gradients(
      of: [y.square().sum()], withRespectTo: [x], createGraph: true)
    let gradient = try #require(first[0])
    #expect(try gradient.doubles() == [36, 356, 432])
    let second = try Tensor.gradients(of: [weighted(gradient)], withRespectTo: [x])
    #expect(try second[0]?.doubles() == [172, 1780, 2160])
  }

  @Test func aTransposedBaseInSteps() throws {
    let x = try leaf([1, 2, 3, 4, 5, 6])
    let y = try x.mul(2).reshape([2, 3]).transpose(0, 1)
    let factor = try x.narrow(0, start: 0, count: 2)
    try y.narrow(0, start: 0, count: 2, step: 2).copy(
      from: constant([7, 8, 9, 10], [2, 2]).mul(factor))
    #expect(try y.doubles() == [7, 16, 4, 10, 9, 20])
    try weighted(y).backward()
    #expect(try x.gradient?.doubles() == [52, 82, 0, 0, 8, 0])
  }

  @Test func viewsSeeAChangedBase() throws {
    let x = try leaf([1, 2, 3])
    let y = try x.mul(1)
    let wide = try y.expand(to: [2, 3])
    try y.replace("mul_") { try $0.mul(x) }
    try weighted(wide).backward()
    #expect(try x.gradient?.doubles() == [10, 28, 54])
  }

  @Test func aConstantBaseJoinsTheGraph() throws {
    let x = try leaf([1, 2])
    let base = try Tensor.zeros([2, 2], dtype: .float64)
    let (first, untouched) = (try base.select(0, 0), try base.select(0, 1))
    try first.replace("add_") { try $0.add(x.mul(3)) }
    try base.assign(x) { try $0.select(0, 1) }
    #expect(base.requiresGradient && untouched.requiresGradient && !base.isLeaf)
    try weighted(base).backward()
    // 1 · 3 x₁ + 2 · 3 x₂ + 3 x₁ + 4 x₂
    #expect(try x.gradient?.doubles() == [6, 10])
  }

  @Test func fillingAPartCutsItsDerivative() throws {
    let x = try leaf([1, 2, 3])
    let y = try x.mul(x)
    try y.narrow(0, start: 0, count: 2).fill(0)
    try y.sum().backward()
    #expect(try x.gradient?.doubles() == [0, 0, 6])
    let z = try x.mul(x)
    let part = try z.narrow(0, start: 0, count: 2)
    try z.fill(1)
    #expect(!part.requiresGradient)
  }

  @Test func hooksStayWithTheValueTheyWereRegisteredFor() throws {
    let x = try leaf([2])
    let y = try x.mul(3)
    var seen: [Double] = []
    _ = try y.registerHook {
      seen.append(try $0.item())
      return nil
    }
    try y.replace("mul_") { try $0.mul(5) }
    _ = try y.registerHook {
      seen.append(try $0.item())
      return nil
    }
    try y.backward()
    #expect(seen == [1, 5])
    #expect(try x.gradient?.doubles() == [15])
  }

  @Test func copyingATensorDoesNotShareItsNode() throws {
    let w = try leaf([1, 2])
    let y = try Tensor.zeros([2], dtype: .float64)
    try y.copy(from: w)
    #expect(!y.isLeaf && y.gradientFunction == "copy_")
    try y.replace("mul_") { try $0.mul(3) }
    try y.sum().backward()
    #expect(try w.gradient?.doubles() == [3, 3])
    #expect(y.gradient == nil)
  }

  @Test func detachedAliasesCount() throws {
    let x = try leaf([1, 2])
    let y = try x.mul(1.5)
    let z = try y.square()
    try y.detached().replace("mul_") { try $0.mul(2) }
    let error = #expect(throws: TensorError.self) { try z.sum().backward() }
    #expect(error?.operation == "square")
    // The change itself is not part of y's graph.
    let (u, w) = (try x.mul(2), try leaf([3, 4]))
    try u.detached().replace("mul_") { try $0.mul(w) }
    #expect(try u.doubles() == [6, 16])
    try u.sum().backward()
    #expect(try x.gradient?.doubles() == [2, 2])
    #expect(w.gradient == nil)
  }

  @Test func whatCannotBeChanged() throws {
    let x = try leaf([1, 2])
    let change: (Tensor) throws -> Void = { try $0.replace("mul_") { try $0.mul(2) } }
    for view in [try x.select(0, 0), try x.reshape([2, 1])] {
      let error = #expect(throws: TensorError.self) { try change(view) }
      #expect(error?.reason.contains("view of a leaf") == true)
    }
    let y = try x.mul(1)
    let unrecorded = try GradientMode.with(false) { try y.select(0, 0) }
    let error = #expect(throws: TensorError.self) { try change(unrecorded) }
    #expect(error?.reason.contains("no_grad()") == true)
    #expect(try x.doubles() == [1, 2] && y.doubles() == [1, 2])
    #expect(!unrecorded.requiresGradient)
    try y.replace("mul_") { try $0.mul(3) }
    #expect(throws: TensorError.self) { try unrecorded.mul(2) }
    try GradientMode.with(false) { try change(x.reshape([2, 1])) }
    #expect(try x.doubles() == [2, 4])
  }

  @Test func aSavedViewIsNoticed() throws {
    let x = try leaf([1, 2, 3])
    let y = try x.mul(1.5)
    let z = try y.narrow(0, start: 0, count: 2).square()
    try y.select(0, 2).fill(0)
    let error = #expect(throws: TensorError.self) { try z.sum().backward() }
    #expect(error?.operation == "square")
  }

  /// Chains of changes through overlapping views, against finite differences.
  @Test func finiteDifferences() throws {
    let x = try constant([0.3, -0.7, 1.1, 0.4, 0.9, -0.2])
    let w = try constant([1.3, 0.8])
    func chain(_ inputs: [Tensor]) throws -> [Tensor] {
      let (x, w) = (inputs[0], inputs[1])
      let base = try x.sin().reshape([2, 3]).transpose(0, 1).clone()
      let (rows, corner) = (
        try base.narrow(0, start: 2, count: 2, step: -1),
        try base.transpose(0, 1).select(0, 1).narrow(0, start: 0, count: 2)
      )
      try rows.replace("mul_") { try $0.mul(w).exp() }
      let kept = try corner.clone()
      try corner.replace("sub_") { try $0.mul($0).sub(w) }
      try base.assign(kept.tanh()) { try $0.select(0, 1) }
      try rows.select(0, 0).copy(from: base.select(0, 0).clone().mul(corner.clone()))
      return [base, try rows.square(), try corner.mul(kept)]
    }
    try gradcheck([x, w], chain)
    try gradgradcheck([x, w], chain)
  }

  @Test func manySmallWrites() throws {
    let x = try constant([0.5, 0.9])
    func recurrence(_ inputs: [Tensor]) throws -> [Tensor] {
      let states = try Tensor.zeros([5, 2], dtype: .float64)
      for step in 0..<5 {
        let before = try step == 0 ? inputs[0] : states.select(0, step - 1).clone()
        try states.assign(before.mul(inputs[0]).sin()) { try $0.select(0, step) }
      }
      return [states]
    }
    try gradcheck([x], recurrence)
    try gradgradcheck([x], recurrence)
  }

  /// What a tensor is changed by may derive from the tensor: that makes no cycle.
  @Test func changesReleaseWhatTheyUsed() async {
    await #expect(processExitsWith: .success) {
      let x = try Tensor.full([1000], 0.5).requiresGradient(true)
      let before = MemoryPool.statistics.live
      func change() throws {
        let y = try x.mul(1)
        let part = try y.narrow(0, start: 0, count: 500)
        let product = try part.mul(part)
        try part.replace("add_") { try $0.add(product) }
        try y.replace("mul_") { try $0.mul($0.sin()) }
      }
      for _ in 0..<10 { try change() }
      #expect(MemoryPool.statistics.live == before)
    }
  }
}
