/// Changes in place: what they do to values and derivatives, and when they are refused.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct InPlaceTests {
  private func leaf(_ values: [Double]) throws -> Tensor {
    try Tensor(values, Shape(values.count), dtype: .float64).requiresGradient(true)
  }

  private func constant(_ values: [Double]) throws -> Tensor {
    try Tensor(values, Shape(values.count), dtype: .float64)
  }

  @Test func aChangedInputIsAnErrorThatNamesTheOperation() throws {
    let x = try leaf([1, 2])
    let y = try x.mul(1.5)
    let z = try y.square()
    try y.fill(0)
    let error = #expect(throws: TensorError.self) { try z.sum().backward() }
    #expect(error?.operation == "square")
    #expect(error?.kind == .graph)
  }

  @Test func aChangedResultIsAnErrorThatNamesTheOperation() throws {
    let x = try leaf([1, 2])
    let y = try x.exp()
    let z = try y.add(1)
    try GradientMode.with(false) { _ = try y.replace("add_") { try y.add(1) } }
    let error = #expect(throws: TensorError.self) { try z.sum().backward() }
    #expect(error?.operation == "exp")
  }

  @Test func aChangedLeafIsNoticedToo() throws {
    let w = try leaf([1, 2])
    let y = try w.square().sum()
    try GradientMode.with(false) { _ = try w.fill(3) }
    #expect(throws: TensorError.self) { try y.backward() }
  }

  @Test func aChangedValueThatNobodyNeedsIsFine() throws {
    let x = try leaf([1, 2])
    let y = try x.add(1)
    let z = try y.add(1)
    try y.fill(0)
    try z.sum().backward()
    #expect(try x.gradient?.doubles() == [1, 1])
  }

  @Test func derivativesOfChangesInPlace() throws {
    let (x, w) = (try leaf([2, 3]), try leaf([5, 7]))
    let y = try x.mul(1)
    try y.replace("mul_") { try $0.mul(w) }
    try y.replace("square_") { try $0.square() }
    #expect(try y.doubles() == [100, 441])
    try y.sum().backward()
    // (x w)²: 2 x w², 2 x² w
    #expect(try x.gradient?.doubles() == [100, 294])
    #expect(try w.gradient?.doubles() == [40, 126])
  }

  @Test func aConstantBecomesPartOfTheGraph() throws {
    let (x, w) = (try constant([2, 3]), try leaf([5, 7]))
    try x.replace("mul_") { try $0.mul(w) }
    #expect(x.requiresGradient)
    try x.sum().backward()
    #expect(try w.gradient?.doubles() == [2, 3])
  }

  @Test func fillingCutsTheGraph() throws {
    let x = try leaf([1, 2])
    let y = try x.mul(2)
    try y.fill(4)
    #expect(!y.requiresGradient)
    #expect(try y.doubles() == [4, 4])
  }

  @Test func aLeafCanBeChangedOnlyWithoutGradients() throws {
    let x = try leaf([1, 2])
    for change in [
      { try x.fill(0) }, { try x.copy(from: Tensor.zeros([2], dtype: .float64)) },
      { try x.replace("add_") { try $0.add(1) } },
      { try x.assign(Tensor.scalar(0, dtype: .float64)) { try $0.select(0, 0) } },
      { try x.narrow(0, start: 0, count: 1).fill(0) },
    ] as [() throws -> Tensor] {
      let error = #expect(throws: TensorError.self) { try change() }
      #expect(error?.kind == .graph)
      #expect(try x.doubles() == [1, 2])
    }
    try GradientMode.with(false) { _ = try x.replace("add_") { try $0.add(1) } }
    #expect(try x.doubles() == [2, 3])
    #expect(x.requiresGradient && x.isLeaf)
  }

  @Test func aViewOfAConstantIsChanged() throws {
    let plain = try constant([1, 2, 3])
    try plain.narrow(0, start: 1, count: 2).fill(9)
    #expect(try plain.doubles() == [1, 9, 9])
  }

  @Test func changesWithoutGradientsLeaveViewsUsable() throws {
    let w = try leaf([1, 2])
    let view = try w.reshape([2, 1])
    try GradientMode.with(false) { _ = try w.fill(5) }
    try view.square().sum().backward(retainGraph: true)
    #expect(try w.gradient?.doubles() == [10, 10])
    let y = try w.mul(2)
    try GradientMode.with(false) { _ = try y.fill(1) }
    try y.mul(3).sum().backward()
    #expect(try w.gradient?.doubles() == [16, 16])
  }

  @Test func copyingConvertsAndBroadcasts() throws {
    let x = try Tensor.zeros([2, 2], dtype: .int64)
    try x.copy(from: Tensor([1.9, -2.9], [2], dtype: .float64))
    #expect(try x.integers() == [1, -2, 1, -2])
    #expect(throws: TensorError.self) { try x.copy(from: Tensor.zeros([3])) }
    #expect(throws: TensorError.self) { try x.replace("add_") { try $0.add(0.5) } }
    #expect(throws: TensorError.self) { try x.replace("add_") { _ in try Tensor.zeros([4]) } }
  }

  @Test func copyingBetweenOverlappingWindows() throws {
    let x = try constant([1, 2, 3, 4])
    try x.narrow(0, start: 1, count: 3).copy(from: x.narrow(0, start: 0, count: 3))
    #expect(try x.doubles() == [1, 1, 2, 3])
    try x.copy(from: x.flip([0]))
    #expect(try x.doubles() == [3, 2, 1, 1])
    try x.copy(from: x.narrow(0, start: 3, count: 4, step: -1))
    #expect(try x.doubles() == [1, 1, 2, 3])
  }

  @Test func anExpandedTensorIsNotChangedInPlace() throws {
    let x = try constant([1])
    let wide = try x.expand(to: [3])
    #expect(throws: TensorError.self) { try wide.fill(2) }
    #expect(throws: TensorError.self) { try wide.replace("add_") { try $0.add(1) } }
    #expect(throws: TensorError.self) {
      try x.assign(Tensor.scalar(1, dtype: .float64)) { try $0.expand(to: [3]) }
    }
    #expect(try x.doubles() == [1])
  }

  @Test func resultsAreNotWindowsOnOperands() throws {
    let x = try Tensor([1, 2] as [Int64], [2])
    let f = try constant([1, 2])
    for result in [
      try x.round(), try x.floor(), try f.pow(1), try f.clamp(), try f.repeated([1]),
      try f.flip([]),
      try f.clone(), try Tensor.cat([f]), try f.mul(1), try f.add(0), try f.sum([]),
    ] {
      try result.fill(9)
    }
    #expect(try x.integers() == [1, 2])
    #expect(try f.doubles() == [1, 2])
  }
}

@Suite struct AssignmentTests {
  @Test func writingThroughViews() throws {
    let x = try Tensor.zeros([3, 4], dtype: .float64)
    try x.assign(Tensor([1, 2], [2], dtype: .float64)) {
      try $0.select(0, 1).narrow(0, start: 0, count: 2, step: 3)
    }
    #expect(try x.doubles() == [0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0])
    try x.assign(Tensor.scalar(5)) { $0 }
    #expect(try x.doubles() == Array(repeating: 5, count: 12))
    try x.assign(x.select(1, 0)) { try $0.select(1, 3) }
    #expect(throws: TensorError.self) { try x.assign(Tensor.ones([3])) { try $0.select(0, 0) } }
    #expect(throws: TensorError.self) { try x.assign(Tensor.ones([1])) { try $0.clone() } }
  }

  @Test func integersTakeNoFractions() throws {
    let x = try Tensor.zeros([2], dtype: .int64)
    try x.assign(Tensor.scalar(2, dtype: .uint8)) { try $0.select(0, 0) }
    #expect(try x.integers() == [2, 0])
    #expect(throws: TensorError.self) {
      try x.assign(Tensor.scalar(0.5)) { try $0.select(0, 0) }
    }
  }

  @Test func derivativesOfBothSides() throws {
    let x = try Tensor([1, 2, 3], [3], dtype: .float64).requiresGradient(true)
    let y = try Tensor([10], [1], dtype: .float64).requiresGradient(true)
    let z = try x.mul(2)
    try z.assign(y.square()) { try $0.narrow(0, start: 1, count: 2) }
    #expect(try z.doubles() == [2, 100, 100])
    try z.mul(Tensor([1, 2, 3], [3], dtype: .float64)).sum().backward()
    #expect(try x.gradient?.doubles() == [2, 0, 0])
    #expect(try y.gradient?.doubles() == [100])
  }

  @Test func aConstantTakesTheGraphOfTheValue() throws {
    let y = try Tensor([10], [1], dtype: .float64).requiresGradient(true)
    let z = try Tensor.zeros([3], dtype: .float64)
    try z.assign(y.square()) { try $0.narrow(0, start: 1, count: 2) }
    try z.sum().backward()
    #expect(try y.gradient?.doubles() == [40])
  }

  @Test func repeatedAssignment() throws {
    let y = try Tensor([1, 2, 3], [3], dtype: .float64)
    func filled(_ parts: [Tensor]) throws -> [Tensor] {
      let z = try Tensor.zeros([3], dtype: .float64)
      for index in 0..<3 {
        let previous = index == 0 ? nil : try z.select(0, index - 1).clone()
        let part = try parts[0].select(0, index).square()
        try z.assign(previous.map { try $0.mul(part) } ?? part) { try $0.select(0, index) }
      }
      return [z]
    }
    try gradcheck([y], filled)
    try gradgradcheck([y], filled)
  }
}
