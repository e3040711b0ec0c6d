/// Result types beyond the golden table of sums: numbers, logic, reductions.

import PenumbraTensor
import Testing

@Suite struct PromotionTests {
  @Test func aNumberTakesTheTensorsType() throws {
    for dtype in [DType.float32, .float64] {
      let x = try Tensor.ones([2], dtype: dtype)
      for result in [
        try x.add(1), try x.mul(1.5), try x.pow(2.5), try x.div(3), try x.maximum(0),
        try x.subtracted(from: 1),
      ] { #expect(result.dtype == dtype) }
    }
  }

  @Test func aFractionTurnsIntegersIntoFloats() throws {
    for dtype in [DType.int64, .uint8, .bool] {
      let x = try Tensor.ones([2], dtype: dtype)
      #expect(try x.add(0.5).dtype == .float32)
      #expect(try x.add(0.5).doubles() == [1.5, 1.5])
      #expect(try x.div(2).dtype == .float32)
      #expect(try x.exp().dtype == .float32)
      #expect(try x.add(1).dtype == (dtype == .uint8 ? .uint8 : .int64))
    }
  }

  @Test func bytesWrapAround() throws {
    let x = try Tensor([250, 3] as [Int64], [2], dtype: .uint8)
    #expect(try x.add(10).integers() == [4, 13])
    #expect(try x.mul(2).integers() == [244, 6])
    #expect(try x.sub(4).integers() == [246, 255])
    #expect(try x.sum().integers() == [253])
  }

  @Test func comparisonsAndLogicAreBoolean() throws {
    let (x, n) = (try Tensor.ones([2]), try Tensor.ones([2], dtype: .int64))
    for result in [
      try x.lt(n), try x.eq(1), try n.logicalAnd(x), try x.isNaN(), try n.logicalNot(),
    ] {
      #expect(result.dtype == .bool)
    }
  }

  @Test func aScalarTensorDoesNotWidenItsCategory() throws {
    let x = try Tensor.ones([2])
    #expect(try x.add(Tensor.scalar(1, dtype: .float64)).dtype == .float32)
    #expect(try x.to(.uint8).add(Tensor.scalar(1, dtype: .int64)).dtype == .uint8)
    #expect(try x.to(.int64).add(Tensor.scalar(1, dtype: .float64)).dtype == .float64)
    #expect(try Tensor.scalar(1).add(Tensor.scalar(1, dtype: .float64)).dtype == .float64)
  }

  @Test func conversionsSaturateAndCutTowardsZero() throws {
    let x = try Tensor([1.9, -1.9, 1e30, -1e30, .nan], [5], dtype: .float64)
    #expect(try x.to(.int64).integers() == [1, -1, .max, .min, 0])
    #expect(try x.to(.bool).integers() == [1, 1, 1, 1, 1])
    #expect(try x.integers() == [1, -1, .max, .min, 0])
  }

  @Test func derivativesHaveTheTypeOfTheirInput() throws {
    let x = try Tensor.ones([2]).requiresGradient(true)
    let y = try Tensor.ones([2], dtype: .float64).requiresGradient(true)
    try x.mul(y).add(Tensor.ones([2], dtype: .int64)).sum().backward()
    #expect(x.gradient?.dtype == .float32)
    #expect(y.gradient?.dtype == .float64)
  }

  /// torch.result_type of each pair of types, made by PyTorch: a row for each left type, in the order of
  /// DType.allCases; a scalar has no dimensions.
  private static let resultTypes: [(left: Shape, right: Shape, table: String)] = [
    ([2], [2], "fdfff ddddd fdiii fdiuu fdiub"),
    ([2], [], "fffff ddddd fdiii fduuu fdiub"),
    ([], [2], "fdfff fdddd fdiui fdiuu fdiub"),
    ([], [], "fdfff ddddd fdiii fdiuu fdiub"),
  ]
  private static let letters: [Character: DType] = [
    "f": .float32, "d": .float64, "i": .int64, "u": .uint8, "b": .bool,
  ]
  private typealias Pair = @Sendable (Tensor, Tensor) throws -> Tensor

  /// Calls `body` with ones of every pair of types and shapes, and with PyTorch's type for the result.
  private func forEachPair(_ body: (Tensor, Tensor, DType) throws -> Void) throws {
    for (left, right, table) in Self.resultTypes {
      for (first, row) in zip(DType.allCases, table.split(separator: " ")) {
        for (second, letter) in zip(DType.allCases, row) {
          try body(
            Tensor.ones(left, dtype: first), Tensor.ones(right, dtype: second),
            #require(Self.letters[letter]))
        }
      }
    }
  }

  @Test func pairsOfTypesAsInPyTorch() throws {
    let choosing: [Pair] = [
      { try $0.maximum($1) }, { try $0.minimum($1) }, { try $0.fmax($1) }, { try $0.fmin($1) },
      { try Tensor.select(Tensor.ones([], dtype: .bool), $0, $1) },
      { try $0.clamp(from: $1, through: nil) }, { try $0.heaviside($1) },
    ]
    let counting: [Pair] = [
      { try $0.add($1) }, { try $0.sub($1) }, { try $0.mul($1) }, { try $0.pow($1) },
      { try $0.remainder($1) }, { try $0.floorDivide($1) }, { try $0.fmod($1) },
    ]
    let dividing: [Pair] = [
      { try $0.div($1) }, { try $0.atan2($1) }, { try $0.hypot($1) }, { try $0.xlogy($1) },
      { try $0.copySign($1) }, { try $0.logAddExp($1) }, { try $0.logAddExp2($1) },
    ]
    let comparing: [Pair] = [
      { try $0.eq($1) }, { try $0.ne($1) }, { try $0.lt($1) }, { try $0.le($1) },
      { try $0.gt($1) }, { try $0.ge($1) }, { try $0.logicalAnd($1) }, { try $0.isClose(to: $1) },
    ]
    let bits: [Pair] = [
      { try $0.bitwiseAnd($1) }, { try $0.bitwiseOr($1) }, { try $0.bitwiseXor($1) },
    ]
    try forEachPair { (a: Tensor, b: Tensor, expected: DType) throws in
      let what = "\(a.dtype) \(a.shape), \(b.dtype) \(b.shape)"
      for body in choosing { #expect(try body(a, b).dtype == expected, "\(what)") }
      // Booleans are counted, where PyTorch has booleans again or no result.
      let counted = expected == .bool ? .int64 : expected
      for body in counting { #expect(try body(a, b).dtype == counted, "\(what)") }
      let divided = expected.isFloating ? expected : .float32
      for body in dividing { #expect(try body(a, b).dtype == divided, "\(what)") }
      for body in comparing { #expect(try body(a, b).dtype == .bool, "\(what)") }
      for body in bits {
        if expected.isFloating {
          #expect(throws: TensorError.self, "\(what)") { try body(a, b) }
        } else {
          #expect(try body(a, b).dtype == expected, "\(what)")
        }
      }
      if a.rank == 1, b.rank == 1 {
        #expect(try Tensor.cat([a, b]).dtype == expected, "\(what)")
      }
    }
  }

  @Test func comparisonsDoNotBendTheNumber() throws {
    let x = try Tensor([44, 255] as [Int64], [2], dtype: .uint8)
    #expect(try x.eq(300).integers() == [0, 0])
    #expect(try x.lt(300).integers() == [1, 1])
    #expect(try x.select(0, 0).lt(300).integers() == [1])
  }

  @Test func bytesWithoutDimensionsStayBytes() throws {
    let x = try Tensor([250] as [Int64], [], dtype: .uint8)
    #expect(try x.add(10).dtype == .uint8)
    #expect(try x.add(10).integers() == [4])
    #expect(try x.maximum(1).dtype == .uint8)
    #expect(try x.add(0.5).dtype == .float32)
  }
}
