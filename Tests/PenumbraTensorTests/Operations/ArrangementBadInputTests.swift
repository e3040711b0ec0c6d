/// Views, joining, padding, scattering and `x[...]`: what cannot be done is an error, never a trap.

import PenumbraTensor
import Testing

@Suite struct ArrangementBadInputTests {
  private static func matrix() throws -> Tensor { try Tensor.ones([2, 3]) }
  private static let extremes = [Int.min, Int.min + 1, -1000, -4, 4, 1000, Int.max - 1, Int.max]

  @Test(arguments: extremes) func dimensionsOutOfRange(_ d: Int) throws {
    let x = try Self.matrix()
    let index = try Tensor([0, 1] as [Int64], [2])
    let places = try index.reshape([1, 2])
    refuses("unflatten") { try x.unflatten(d, [3, 1]) }
    refuses("movedim") { try x.moveDimensions([d], to: [0]) }
    refuses("movedim") { try x.moveDimensions([0], to: [d]) }
    refuses("squeeze") { try x.squeeze([0, d]) }
    refuses("unsqueeze") { try x.unsqueeze([0, d]) }
    refuses("unfold") { try x.unfold(d, size: 1, step: 1) }
    refuses("split") { try x.split(1, d) }
    refuses("split") { try x.split([1, 1], d) }
    refuses("chunk") { try x.chunk(1, d) }
    refuses("tensor_split") { try x.tensorSplit(1, d) }
    refuses("tensor_split") { try x.tensorSplit([1], d) }
    refuses("unbind") { try x.unbind(d) }
    refuses("repeat_interleave") { try x.repeatInterleave(2, d) }
    refuses("repeat_interleave") { try x.repeatInterleave(index, d) }
    refuses("roll") { try x.roll([1], [d]) }
    refuses("rot90") { try x.rot90(1, [0, d]) }
    refuses("scatter") { try x.scatter(d, places, x) }
    refuses("scatter") { try x.scatter(d, places, value: 1) }
    refuses("scatter_reduce") { try x.scatterReduce(d, places, x, .mean) }
    refuses("index_add") { try x.indexAdd(d, index, x) }
    refuses("index_copy") { try x.indexCopy(d, index, x) }
    refuses("index_fill") { try x.indexFill(d, index, 1) }
    refuses("take_along_dim") { try x.takeAlongDimension(places, d) }
  }

  @Test(arguments: extremes) func numbersOutOfRange(_ n: Int) throws {
    let x = try Self.matrix()
    refuses("view") { try x.viewed(as: [n]) }
    refuses("view") { try x.viewed(as: [n, -1]) }
    refuses("view") { try x.viewed(as: [n, n, 0]) }
    refuses("unflatten") { try x.unflatten(1, [n, 1]) }
    refuses("unflatten") { try x.unflatten(1, [n, n]) }
    refuses("unfold") { try x.unfold(1, size: n, step: 1) }
    refuses("split") { try x.split([n]) }
    refuses("split") { try x.split([n, 2]) }
    refuses("split") { try x.split([n, n]) }
    refuses("unsqueeze") { try x.unsqueeze([n]) }
    refuses("atleast") { try x.atLeast(n) }
    refuses("position") { try x.part([.position(n)]) }
    refuses("position") { try x.part([.all, .position(n)]) }
    refuses("range") { try x.part([.range(first: n, last: n, step: 1)]) }
    refuses("range") { try x.part([.range(first: 0, last: n, step: 1)]) }
    refuses("range") { try x.part([.range(first: 1, last: n, step: -1)]) }
    refuses("range") { try x.part([.range(first: 0, last: 1, step: 0)]) }
    refuses("assign") { try x.assign(x, at: [.position(n)]) }
    refuses("reflect") { try x.pad([n.magnitude > 3 ? abs(max(n, -.max)) : n, 0], mode: .reflect) }
    refuses("circular") { try x.pad([0, abs(max(n, -.max))], mode: .circular) }
    if n < 0 {
      refuses("split") { try x.split(n) }
      refuses("chunk") { try x.chunk(n) }
      refuses("tensor_split") { try x.tensorSplit(n) }
      refuses("unfold") { try x.unfold(1, size: 1, step: n) }
      refuses("repeat_interleave") { try x.repeatInterleave(n, 0) }
      refuses("pad") { try x.pad([n, 0]) }
      refuses("pad") { try x.pad([0, n], mode: .replicate) }
    }
    if n > 1000 {
      refuses("repeat_interleave") { try x.repeatInterleave(n) }
      refuses("repeat_interleave") {
        try x.repeatInterleave(Tensor([Int64(n), Int64(n)], [2]), 0)
      }
      refuses("tensor_split") { try x.tensorSplit(n) }
      refuses("chunk") { try Tensor.zeros([0]).chunk(n) }
      refuses("pad") { try x.pad([n, n]) }
      refuses("pad") { try x.pad([n, 0], mode: .replicate) }
      refuses("unbind") { try Tensor.ones([1]).expand(to: [1 << 40]).unbind() }
    }
    // Any shift and any number of turns are meant modulo the extent and modulo four.
    #expect(try x.roll([n], [1]).shape == x.shape)
    #expect(try x.rot90(n).elementCount == 6)
    #expect(try x.tensorSplit([n]).count == 2)
    #expect(try x.part([.range(first: 0, last: 1, step: max(n, 1))]).rank == 2)
  }

  @Test func shapesThatDoNotFit() throws {
    let x = try Self.matrix()
    let index = try Tensor([0, 1] as [Int64], [2])
    let places = try Tensor([0, 1] as [Int64], [1, 2])
    let mask = try x.gt(0)
    refuses("view") { try x.transpose(0, 1).viewed(as: [6]) }
    refuses("unflatten") { try x.unflatten(1, []) }
    refuses("movedim") { try x.moveDimensions([0, 1], to: [0]) }
    refuses("movedim twice") { try x.moveDimensions([0, 0], to: [0, 1]) }
    refuses("broadcast") { try Tensor.broadcastTensors([x, Tensor.ones([4])]) }
    refuses("hstack") { try Tensor.hstack([]) }
    refuses("hstack") { try Tensor.hstack([x, Tensor.ones([3, 3])]) }
    refuses("vstack") { try Tensor.vstack([x, Tensor.ones([2])]) }
    refuses("dstack") { try Tensor.dstack([x, Tensor.ones([2])]) }
    refuses("column_stack") { try Tensor.columnStack([x, Tensor.ones([3])]) }
    refuses("repeat_interleave") { try x.repeatInterleave(index, 1) }
    refuses("repeat_interleave") { try x.repeatInterleave(x, 0) }
    refuses("repeat_interleave") { try x.repeatInterleave(index.sub(1), 0) }
    refuses("roll") { try x.roll([], []) }
    refuses("roll") { try x.roll([1, 2], [0]) }
    refuses("rot90") { try x.rot90(1, [0]) }
    refuses("rot90") { try x.rot90(1, [0, -2]) }
    refuses("pad") { try x.pad([1]) }
    refuses("pad") { try x.pad([1, 1, 1, 1, 1, 1]) }
    refuses("pad away") { try x.pad([-2, -2]) }
    refuses("replicate nothing") { try Tensor.zeros([0]).pad([1, 0], mode: .replicate) }
    refuses("scatter") { try x.scatter(0, index, x) }
    refuses("scatter") { try x.scatter(1, Tensor([0, 1, 0, 1] as [Int64], [1, 4]), x) }
    refuses("scatter") { try x.scatter(0, places, x.to(.float64)) }
    refuses("scatter") { try x.scatter(0, x, x) }
    refuses("scatter") { try x.scatter(0, places.add(1), x) }
    refuses("scatter_reduce") { try mask.scatterReduce(0, places, mask, .mean) }
    refuses("index_add") { try x.indexAdd(0, index, Tensor.ones([2, 2])) }
    refuses("index_add") { try x.indexAdd(0, places, x) }
    refuses("index_add") { try index.indexAdd(0, index, index, scale: 0.5) }
    refuses("index_copy") { try x.indexCopy(1, index, x) }
    refuses("index_fill") { try x.indexFill(0, index.add(1), 2) }
    refuses("put") { try x.put(index, x) }
    refuses("put") { try x.put(index, index) }
    refuses("take") { try x.take(Tensor([6] as [Int64], [1])) }
    refuses("take") { try x.take(mask) }
    refuses("take_along_dim") { try x.takeAlongDimension(index, 0) }
    refuses("masked_scatter") { try x.maskedScatter(x, x) }
    refuses("masked_scatter") { try x.maskedScatter(mask, Tensor.ones([5])) }
    refuses("masked_scatter") { try x.maskedScatter(Tensor.ones([4, 1, 1]).gt(0), x) }
  }

  @Test func indicesThatDoNotFit() throws {
    let x = try Self.matrix()
    let index = try Tensor([0, 1] as [Int64], [2])
    refuses("too many") { try x.part([.all, .all, .all]) }
    refuses("two ellipses") { try x.part([.ellipsis, .ellipsis]) }
    refuses("nine dimensions") { try x.part(Array(repeating: .newAxis, count: 7)) }
    refuses("nine dimensions") {
      let wide = try index.reshape([1, 1, 1, 1, 1, 1, 1, 2])
      return try x.part([.positions(wide)])
    }
    refuses("floats") { try x.part([.positions(x)]) }
    refuses("out of range") { try x.part([.positions(index.add(1))]) }
    refuses("no broadcast") {
      try x.part([.positions(index), .positions(Tensor([0, 1, 2] as [Int64], [3]))])
    }
    refuses("mask") { try x.part([.mask(Tensor.ones([3]).gt(0))]) }
    refuses("mask") { try x.part([.mask(index)]) }
    refuses("mask of too many dimensions") { try x.part([.mask(Tensor.ones([2, 3, 1]).gt(0))]) }
    refuses("value") { try x.assign(Tensor.ones([4]), at: [.all]) }
    refuses("value") { try x.assign(Tensor.ones([3]), at: [.all, .positions(index)]) }
    refuses("value") { try x.indexPut([.positions(index)], Tensor.ones([2])) }
    refuses("value's type") { try index.assign(x, at: [.all]) }
    refuses("expanded") {
      try Tensor.ones([1]).expand(to: [4]).assign(x.part([.position(0), .position(0)]), at: [.all])
    }
    refuses("overlapping windows") {
      try Tensor.ones([4]).unfold(0, size: 2, step: 1).fill(2)
    }
    #expect(try Tensor.ones([4]).unfold(0, size: 2, step: 2).fill(2).sum().item() == 8)
    refuses("a leaf") {
      try Tensor.ones([3]).requiresGradient(true).assign(Tensor.scalar(1), at: [.positions(index)])
    }
  }

  @Test func messagesCountFromOne() throws {
    let x = try Self.matrix()
    let error = #expect(throws: TensorError.self) { try x.part([.all, .position(3)]) }
    #expect(
      error?.description == "x[...]: index: expected 1 to 3 in dimension 2, or negative, got 4")
    let second = #expect(throws: TensorError.self) { try x.pad([3, 0], mode: .reflect) }
    #expect(
      second?.description
        == "pad: pad: expected at most 2 on either side of dimension 2 of [2, 3] in mode reflect, "
        + "got 3 and 0")
  }
}
