/// `x[...]`, views and scattering: shared memory, repeated places, rank 8 and nothing at all.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct IndexingTests {
  private static func counted(_ shape: Shape) throws -> Tensor {
    try Tensor.arange(0, Double(shape.elementCount), dtype: .float64).reshape(shape)
  }

  @Test func partsWithoutTensorsShareMemory() throws {
    let x = try Self.counted([3, 4])
    let keys: [[TensorIndex]] = [
      [.position(1)], [.range(first: 2, last: 0, step: -2)], [.ellipsis, .position(0)], [.newAxis],
      [.all, .range(first: 1, last: -1, step: 2)],
    ]
    for key in keys {
      let before = try x.doubles()
      try x.part(key).fill(-1)
      #expect(try x.doubles() != before)
      try x.copy(from: Self.counted([3, 4]))
    }
    let index = try Tensor([0, 1] as [Int64], [2])
    try x.part([.positions(index)]).fill(-1)
    #expect(try x.isEqual(to: Self.counted([3, 4])), "a part by tensors is a copy")
  }

  @Test func writingInPlaceDoesNotCopyTheTensor() throws {
    let x = try Tensor.zeros([1 << 20])
    let index = try Tensor([5, 7] as [Int64], [2])
    let before = MemoryPool.liveBytes.pointee
    try x.assign(Tensor([1, 2], [2]), at: [.positions(index)])
    #expect(MemoryPool.liveBytes.pointee - before < 1 << 16)
    #expect(try x.take(index).doubles() == [1, 2])
  }

  @Test func writingFromItself() throws {
    let x = try Self.counted([4])
    let order = try Tensor([1, 2, 3, 0] as [Int64], [4])
    try x.assign(x, at: [.positions(order)])
    #expect(try x.doubles() == [3, 0, 1, 2])
    try x.assign(x, at: [.range(first: 3, last: 0, step: -1)])
    #expect(try x.doubles() == [2, 1, 0, 3])
  }

  @Test func aNarrowedTargetIsWrittenThroughItsBase() throws {
    let x = try Tensor.zeros([3, 4], dtype: .float64)
    let columns = try Tensor([3, 0] as [Int64], [2])
    try x.assign(
      Tensor([1, 2, 3, 4], [2, 2], dtype: .float64),
      at: [.range(first: 2, last: 0, step: -2), .positions(columns)])
    #expect(try x.doubles() == [4, 0, 0, 3, 0, 0, 0, 0, 2, 0, 0, 1])
    try x.transpose(0, 1).assign(Tensor.scalar(7), at: [.positions(columns)])
    #expect(try x.doubles() == [7, 0, 0, 7, 7, 0, 0, 7, 7, 0, 0, 7])
  }

  /// Of several values for one place the last is there; finite differences see the same.
  @Test func repeatedPlacesHaveTheLastValuesDerivative() throws {
    let index = try Tensor([1, 0, 1, 1] as [Int64], [4])
    let x = try Self.counted([3, 2])
    let source = try Self.counted([4, 2]).add(0.5)
    let functions: [([Tensor]) throws -> [Tensor]] = [
      { [try $0[0].indexCopy(0, index, $0[1]).square()] },
      { [try $0[0].indexPut([.positions(index)], $0[1]).square()] },
      { [try $0[0].clone().assign($0[1], at: [.positions(index)]).square()] },
      { [try $0[0].put(index, $0[1].select(1, 0)).square()] },
    ]
    for function in functions {
      try gradcheck([x, source], function)
      try gradgradcheck([x, source], function)
    }
  }

  @Test func recordedWritesAreDifferentiated() throws {
    let x = try Self.counted([3]).requiresGradient(true)
    let value = try Tensor([10, 20], [2], dtype: .float64).requiresGradient(true)
    let y = try x.mul(2)
    try y.assign(value, at: [.positions(Tensor([2, 0] as [Int64], [2]))])
    let gradients = try Tensor.gradients(of: [y.square().sum()], withRespectTo: [x, value])
    #expect(try gradients[0]?.doubles() == [0, 8, 0])
    #expect(try gradients[1]?.doubles() == [20, 40])
  }

  @Test func rankEight() throws {
    let shape: Shape = [2, 1, 2, 1, 2, 1, 2, 1]
    let x = try Self.counted(shape)
    #expect(try x.part([.ellipsis, .position(0)]).rank == 7)
    #expect(try x.part([.position(1), .newAxis]).shape == [1, 1, 2, 1, 2, 1, 2, 1])
    #expect(try x.pad([1, 0], mode: .replicate).shape == [2, 1, 2, 1, 2, 1, 2, 2])
    #expect(try x.roll([1, 1], [0, 2]).sum().item() == 120)
    #expect(try Tensor.cat([x, x], 7).shape == [2, 1, 2, 1, 2, 1, 2, 2])
    #expect(try x.moveDimensions([7], to: [0]).shape == [1, 2, 1, 2, 1, 2, 1, 2])
    let index = try Tensor([1] as [Int64], [1])
    let places = try Array(repeating: TensorIndex.positions(index.sub(1)), count: 8)
    #expect(try x.part(places).doubles() == [0])
  }

  @Test func nothingAtAll() throws {
    let x = try Tensor.zeros([0, 3])
    let none = try Tensor([] as [Int64], [0])
    #expect(try x.part([.range(first: 0, last: -1, step: 1)]).shape == [0, 3])
    #expect(try x.part([.positions(none)]).shape == [0, 3])
    #expect(try x.part([.mask(Tensor.zeros([0]).gt(0))]).shape == [0, 3])
    #expect(try x.assign(Tensor.scalar(1), at: [.positions(none)]).elementCount == 0)
    #expect(try x.roll([1], []).shape == [0, 3])
    #expect(try x.scatter(1, Tensor([] as [Int64], [0, 3]), x).shape == [0, 3])
    #expect(try x.scatterReduce(1, Tensor([] as [Int64], [0, 3]), x, .product).shape == [0, 3])
    #expect(try x.unbind(1).map(\.shape) == [[0], [0], [0]])
    #expect(try x.unbind(0).isEmpty)
    #expect(try x.pad([0, 0, 2, 0]).shape == [2, 3])
    #expect(try x.repeatInterleave(none, 0).shape == [0, 3])
    #expect(try x.maskedScatter(x.gt(0), x).shape == [0, 3])
  }

  @Test func sumsOfManyUseTheWiderCount() throws {
    let index = try Tensor.zeros([1000], dtype: .int64)
    let bytes = try Tensor.full([1000], 3, dtype: .uint8)
    let mean = try Tensor.full([1], 3, dtype: .uint8).scatterReduce(0, index, bytes, .mean)
    #expect(try mean.integers() == [3])
    let flags = try Tensor.zeros([2]).gt(0).scatterAdd(0, index, bytes.gt(0))
    #expect(try flags.integers() == [1, 0])
  }
}
