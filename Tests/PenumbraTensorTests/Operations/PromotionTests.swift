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
}
