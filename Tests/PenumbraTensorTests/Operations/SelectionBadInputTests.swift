/// Parts written, choices, LU factors and the dimensions of scalars: what cannot be done is an error.

import PenumbraTensor
import Testing

@Suite struct SelectionBadInputTests {
  /// Every error is a `TensorError` that names its operation and a reason.
  private func refuses<Result>(
    _ operation: String, _ body: () throws -> Result, _ location: SourceLocation = #_sourceLocation
  ) {
    do {
      let result = try body()
      Issue.record("\(operation) gave \(result)", sourceLocation: location)
    } catch let error as TensorError {
      #expect(
        error.operation == operation && !error.reason.isEmpty, "\(error)", sourceLocation: location)
    } catch {
      Issue.record("\(operation) threw \(error)", sourceLocation: location)
    }
  }

  private static let extremes = [Int.min, Int.min + 1, -1000, -3, 2, 1000, Int.max - 1, Int.max]

  @Test func partsThatDoNotFit() throws {
    let x = try Tensor.ones([2, 3])
    refuses("select_scatter") { try x.selectScatter(Tensor.ones([2]), 0, 0) }
    refuses("select_scatter") { try x.selectScatter(Tensor.ones([3], dtype: .float64), 0, 0) }
    refuses("select") { try x.selectScatter(Tensor.ones([3]), 0, 2) }
    refuses("select") { try Tensor.scalar(1).selectScatter(Tensor.scalar(1), 0, 0) }
    refuses("slice_scatter") { try x.sliceScatter(Tensor.ones([2, 3]), 1, first: 1) }
    refuses("slice_scatter") { try x.sliceScatter(Tensor.ones([2, 3]), 1, step: 0) }
    refuses("slice_scatter") { try Tensor.scalar(1).sliceScatter(Tensor.scalar(1), 0) }
    refuses("diagonal_scatter") { try x.diagonalScatter(Tensor.ones([3])) }
    refuses("diagonal") { try x.diagonalScatter(Tensor.ones([2]), 0, 1, 1) }
    for n in Self.extremes {
      refuses("slice_scatter") {
        try x.sliceScatter(Tensor.ones([9]), 0, first: n, last: n, step: 1)
      }
      refuses("slice_scatter") { try x.sliceScatter(Tensor.ones([9]), 0, step: n) }
      refuses("select") { try x.selectScatter(Tensor.ones([3]), 0, n == -3 ? 5 : n) }
      refuses("diagonal_scatter") { try x.diagonalScatter(Tensor.ones([9]), n) }
    }
  }

  @Test func reductionsAtIndices() throws {
    let x = try Tensor.ones([2, 3])
    let index = try Tensor([0, 1] as [Int64], [2])
    refuses("index_reduce") { try x.indexReduce(0, index, Tensor.ones([3, 3]), .mean) }
    refuses("index_reduce") { try x.indexReduce(9, index, Tensor.ones([2, 3]), .mean) }
    refuses("index_reduce") {
      try x.indexReduce(0, Tensor([0, 2] as [Int64], [2]), Tensor.ones([2, 3]), .mean)
    }
    refuses("index_reduce") { try x.indexReduce(0, x, Tensor.ones([2, 3]), .mean) }
    refuses("index_reduce") {
      try x.indexReduce(0, index, Tensor.ones([2, 3], dtype: .int64), .sum)
    }
  }

  @Test func choicesThatMemoryCannotHold() throws {
    let x = try Tensor.ones([100])
    for count in [Int.max, Int.max / 2, 50, 1 << 40] {
      refuses("combinations") { try x.combinations(count, withReplacement: true) }
    }
    refuses("combinations") { try x.combinations(50) }
    refuses("combinations") { try x.combinations(-1) }
    refuses("combinations") { try Tensor.ones([2, 2]).combinations(1) }
    #expect(try x.combinations(101).shape == [0, 101])
    #expect(try Tensor.ones([0]).combinations(3, withReplacement: true).shape == [0, 3])
    refuses("cartesian_prod") { try Tensor.cartesianProduct([x, Tensor.ones([1, 1])]) }
    refuses("meshgrid") { try Tensor.cartesianProduct([]) }
    refuses("meshgrid") { try Tensor.cartesianProduct([x, Tensor.ones([1], dtype: .int64)]) }
    refuses("block_diag") { try Tensor.blockDiagonal([Tensor.ones([1, 1, 1])]) }
    #expect(throws: TensorError.self) { try Tensor.blockDiagonal([]) }
  }

  @Test func factors() throws {
    let integers = try Tensor.ones([2, 2], dtype: .int64)
    let singular = try Tensor([1, 2, 2, 4], [2, 2], dtype: .float64)
    let pivots = try Tensor([0, 1] as [Int64], [2])
    let right = try Tensor.ones([2, 1], dtype: .float64)
    refuses("lu") { try integers.luDecomposition() }
    refuses("lu") { try Tensor.ones([3]).luDecomposition() }
    refuses("lu_factor") { try singular.luFactor() }
    refuses("lu_solve") { try singular.luSolve(pivots, Tensor.ones([3, 1], dtype: .float64)) }
    refuses("lu_solve") { try singular.luSolve(Tensor([0, 2] as [Int64], [2]), right) }
    refuses("lu_solve") { try singular.luSolve(Tensor([0] as [Int64], [1]), right) }
    refuses("lu_solve") { try singular.luSolve(right, right) }
    refuses("lu_solve") { try Tensor.ones([2, 3]).luSolve(pivots, right) }
    refuses("qr") {
      try Tensor.ones([3, 2]).requiresGradient(true).completeOrthogonalDecomposition()
    }
    refuses("svd") {
      try Tensor.full([2, 3], .nan).fullSingularValueDecomposition()
    }
    refuses("norm") { try Tensor.ones([2, 2]).generalNorm(.number(3)) }
    refuses("norm") { try Tensor.ones([2]).generalNorm(.frobenius) }
    refuses("norm") { try Tensor.ones([2, 2, 2]).generalNorm(.number(2)) }
    refuses("norm") { try Tensor.ones([2, 2, 2]).generalNorm(.number(2), []) }
  }

  @Test func optionsOfArithmetic() throws {
    let (x, n) = (try Tensor.ones([2]), try Tensor([1, 2] as [Int64], [2]))
    refuses("add") { try n.addScaled(n, by: 0.5) }
    refuses("sub") { try n.subScaled(n, by: .nan) }
    refuses("floor_divide") {
      try n.divided(by: Tensor([0, 1] as [Int64], [2]), rounding: .floor)
    }
    #expect(throws: TensorError.self) {
      try n.divided(by: Tensor([0, 1] as [Int64], [2]), rounding: .trunc)
    }
    refuses("masked_fill") { try x.maskedFill(x.gt(0), with: x) }
    refuses("masked_fill") { try n.maskedFill(n.gt(0), with: Tensor.scalar(0.5)) }
    #expect(!DType.float32.canCast(to: .int64) && !DType.uint8.canCast(to: .bool))
    #expect(DType.float64.canCast(to: .float32) && DType.bool.canCast(to: .uint8))
    #expect(
      DType.promoted(.uint8, .int64) == .int64 && DType.promoted(.int64, .float32) == .float32)
  }

  @Test(arguments: [Int.min, -2, 1, Int.max]) func dimensionsOfAScalar(_ d: Int) throws {
    let x = try Tensor.scalar(2)
    let zero = try Tensor([0] as [Int64], [])
    let calls: [() throws -> Any] = [
      { try x.sum([d]) }, { try x.sum([0, -1]) }, { try x.maximum(along: d) },
      { try x.argMaximum(d) },
      { try x.softmax(d) }, { try x.cumulativeSum(d) }, { try x.cumulativeProduct(d) },
      { try x.cumulativeMaximum(d) }, { try x.logCumulativeSumExp(d) }, { try x.sort(d) },
      { try x.argSort(d) }, { try x.topK(1, d) }, { try x.topK(2, 0) }, { try x.kthValue(1, d) },
      { try x.median(along: d) }, { try x.mode(d) }, { try x.quantile(0.5, d) },
      { try x.squeeze(d) },
      { try x.transpose(0, d) }, { try x.moveDimensions([d], to: [0]) }, { try x.flip([d]) },
      { try x.unfold(d, size: 1, step: 1) }, { try x.unfold(0, size: 2, step: 1) },
      { try x.indexSelect(d, zero) }, { try x.indexSelect(0, Tensor([0, 0] as [Int64], [2])) },
      { try x.gather(d, zero) }, { try x.scatter(d, zero, x) },
      { try x.scatter(d, zero, value: 1) },
      { try x.scatterAdd(d, zero, x) }, { try x.scatterReduce(d, zero, x, .sum) },
      { try x.indexAdd(d, zero, x) }, { try x.indexCopy(d, zero, x) },
      { try x.indexFill(d, zero, 1) },
      { try x.indexReduce(d, zero, x, .maximum) }, { try x.norm([d]) }, { try x.vecdot(x, d) },
      // These need a dimension, in PyTorch too.
      { try x.split(1) }, { try x.chunk(1) }, { try x.unbind() }, { try x.tensorSplit(1) },
      { try x.select(0, 0) }, { try x.narrow(0, start: 0, count: 1) }, { try x.permute([0]) },
      { try x.unflatten(0, [1]) }, { try x.difference(1, 0) },
    ]
    for (index, call) in calls.enumerated() {
      #expect(throws: TensorError.self, "call \(index)") { _ = try call() }
    }
  }

  @Test(arguments: [0, -1]) func resultsOfAScalarAreScalars(_ d: Int) throws {
    let x = try Tensor.scalar(2, dtype: .float64).requiresGradient(true)
    for result in try [
      x.topK(1, d).values, x.kthValue(1, d).values, x.median(along: d).values,
      x.nanMedian(along: d).values, x.mode(d).values, x.quantile(0.5, d),
      x.minimum(along: d).values,
      x.maximum(along: d).values, x.transpose(0, d), x.logSumExp(d), x.extrema([d]).minimum,
      x.scatter(d, Tensor([0] as [Int64], []), value: 2), x.topK(1, d).indices.to(.float64).add(2),
    ] {
      #expect(result.shape == Shape())
      #expect(try result.item() == 2)
    }
  }
}
