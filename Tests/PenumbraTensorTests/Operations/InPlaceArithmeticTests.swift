/// Arithmetic written straight into its left operand gives what the general operation gives, or declines.

import PenumbraTensor
import Testing

@Suite struct InPlaceArithmeticTests {
  static let kinds: [InPlaceArithmetic] = [.add, .sub, .mul, .div]

  private func general(_ kind: InPlaceArithmetic, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    switch kind {
    case .add: try a.add(b)
    case .sub: try a.sub(b)
    case .mul: try a.mul(b)
    case .div: try a.div(b)
    }
  }

  @Test(arguments: InPlaceArithmeticTests.kinds, [DType.float32, .float64])
  func sameBitsAsTheGeneralOperation(_ kind: InPlaceArithmetic, _ dtype: DType) throws {
    let generator = Generator(seed: 3)
    for shape: Shape in [[5, 7], [7], [1], [], [5, 1], [1, 7]] {
      let x = try generator.normal([5, 7]).to(dtype)
      let y = try generator.normal(shape).to(dtype)
      let wanted = try general(kind, x, y)
      #expect(try x.apply(kind, y))
      #expect(try x.doubles() == wanted.doubles())
    }
  }

  @Test(arguments: InPlaceArithmeticTests.kinds)
  func anOperandMayBeTheTensorItself(_ kind: InPlaceArithmetic) throws {
    let x = try Tensor([1, 2, -3], [3])
    let wanted = try general(kind, x, x)
    #expect(try x.apply(kind, x))
    #expect(try x.doubles() == wanted.doubles())
  }

  @Test func plainNumbers() throws {
    let x = try Tensor([1, -2, 0.1], [3])
    for (kind, wanted) in [
      (InPlaceArithmetic.add, try x.add(0.3)), (.sub, try x.sub(0.3)), (.mul, try x.mul(0.3)),
      (.div, try x.div(0.3)),
    ] {
      let copy = try x.clone()
      #expect(try copy.apply(kind, 0.3))
      #expect(try copy.doubles() == wanted.doubles())
    }
  }

  @Test func declinesWhatNeedsMore() throws {
    let x = try Tensor([1, 2, 3, 4], [2, 2])
    #expect(try !x.apply(.add, x.transpose(0, 1)), "shared memory in another order")
    #expect(try !x.transpose(0, 1).apply(.add, 1), "not contiguous")
    #expect(try !x.apply(.add, Tensor([1, 2], [2], dtype: .float64)), "another type")
    #expect(try !x.apply(.add, Tensor([1, 2, 3], [3])), "no such shape")
    #expect(try !x.apply(.add, Tensor([1, 2, 3, 4], [1, 2, 2])), "a greater rank")
    let leaf = try Tensor([1, 2], [2]).requiresGradient(true)
    #expect(try !x.apply(.add, leaf), "recorded")
    #expect(try x.doubles() == [1, 2, 3, 4])
    #expect(try GradientMode.with(false) { try x.apply(.add, leaf) })
    #expect(try x.doubles() == [2, 4, 4, 6])
  }

  @Test func aSavedValueNoticesTheChange() throws {
    let w = try Tensor([1, 2], [2]).requiresGradient(true)
    let x = try Tensor([3, 4], [2])
    let loss = try w.mul(x).sum()
    #expect(try x.apply(.mul, 2))
    #expect(throws: TensorError.self) { try loss.backward() }
  }

  @Test func onlyWhatTheWantedDerivativeNeedsIsSaved() throws {
    // d(w x)/dw is x: w may change.
    let w = try Tensor([1, 2], [2]).requiresGradient(true)
    let loss = try w.mul(Tensor([3, 4], [2])).sum()
    #expect(try GradientMode.with(false) { try w.apply(.mul, 2) })
    try loss.backward()
    #expect(try w.gradient?.doubles() == [3, 4])
  }
}
