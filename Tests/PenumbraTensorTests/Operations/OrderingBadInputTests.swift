/// Order statistics, counts and running reductions of what they cannot take: errors, never traps.

import PenumbraTensor
import Testing

@Suite struct OrderingBadInputTests {
  private static let extremes = [Int.min, Int.min + 1, -1000, -3, 3, 1000, Int.max - 1, Int.max]

  /// The error of a call that must fail: a `TensorError` that names the operation.
  @discardableResult
  private func refuses(
    _ operation: String, _ location: SourceLocation = #_sourceLocation, _ body: () throws -> Any
  ) -> String {
    do {
      let result = try body()
      Issue.record("\(operation) gave \(result)", sourceLocation: location)
    } catch let error as TensorError {
      #expect(!error.reason.isEmpty, sourceLocation: location)
      #expect(error.operation == operation, sourceLocation: location)
      return "\(error)"
    } catch {
      Issue.record("\(operation) threw \(error)", sourceLocation: location)
    }
    return ""
  }

  @Test(arguments: extremes) func dimensions(_ d: Int) throws {
    let x = try Tensor.ones([2, 3])
    refuses("topk") { try x.topK(1, d) }
    refuses("kthvalue") { try x.kthValue(1, d) }
    refuses("median") { try x.median(along: d) }
    refuses("nanmedian") { try x.nanMedian(along: d) }
    refuses("mode") { try x.mode(d) }
    refuses("min") { try x.minimum(along: d) }
    refuses("max") { try x.maximum(along: d) }
    refuses("aminmax") { try x.extrema([d]) }
    refuses("quantile") { try x.quantile(0.5, d) }
    refuses("nanquantile") { try x.nanQuantile(Tensor.scalar(0.5), d) }
    refuses("unique") { try x.unique(d) }
    refuses("unique_consecutive") { try x.uniqueConsecutive(d) }
    refuses("cumprod") { try x.cumulativeProduct(d) }
    refuses("cummax") { try x.cumulativeMaximum(d) }
    refuses("cummin") { try x.cumulativeMinimum(d) }
    refuses("logcumsumexp") { try x.logCumulativeSumExp(d) }
    refuses("diff") { try x.difference(1, d) }
    refuses("trapezoid") { try x.trapezoid(d) }
    refuses("cumulative_trapezoid") { try x.cumulativeTrapezoid(d) }
    refuses("norm") { try x.norm([d], order: 3) }
    refuses("renorm") { try x.renormalized(2, d, limit: 1) }
    refuses("logsumexp") { try x.logSumExp([0, d]) }
    refuses("all") { try x.all(over: [d]) }
    refuses("any") { try x.any(over: [d]) }
    refuses("nansum") { try x.nanSum([d]) }
    refuses("nanmean") { try x.nanMean([d]) }
    refuses("count_nonzero") { try x.countNonzero([d]) }
  }

  @Test(arguments: extremes) func counts(_ n: Int) throws {
    let x = try Tensor.ones([2])
    refuses("topk") { try x.topK(n) }
    refuses("kthvalue") { try x.kthValue(n) }
    if n < 0 {
      refuses("diff") { try x.difference(n) }
      refuses("histc") { try x.histogramCounts(bins: n) }
      refuses("histogram") { try x.histogram(bins: n) }
      refuses("bincount") { try x.to(.int64).binCount(minimumLength: n) }
    } else if n > 1000 {
      #expect(try x.difference(n).elementCount == 0)
      #expect(throws: TensorError.self) { try x.histogramCounts(bins: n, low: 0, high: 1) }
      #expect(throws: TensorError.self) { try x.to(.int64).binCount(minimumLength: n) }
    }
    let labels = try Tensor([Int64(n)], [1])
    if n < 0 || n > 1000 { #expect(throws: TensorError.self) { try labels.binCount() } }
    refuses("kthvalue") { try x.kthValue(0) }
  }

  @Test(arguments: [-0.1, 1.1, .nan, .infinity, -.infinity]) func levels(_ q: Double) throws {
    let x = try Tensor.ones([2, 3])
    let text = refuses("quantile") { try x.quantile(q) }
    #expect(text.contains("q: expected numbers from 0 to 1"))
    refuses("nanquantile") { try x.nanQuantile(Tensor([0.5, q], [2]), 1) }
  }

  @Test(arguments: [DType.int64, .uint8, .bool]) func typesWithoutFractions(_ dtype: DType) throws {
    let x = try Tensor.ones([2, 3], dtype: dtype)
    refuses("quantile") { try x.quantile(0.5) }
    refuses("nanmean") { try x.nanMean() }
    refuses("norm") { try x.norm(order: 1) }
    refuses("renorm") { try x.renormalized(2, 0, limit: 1) }
    refuses("logcumsumexp") { try x.logCumulativeSumExp(0) }
    refuses("softmin") { try x.softmin() }
    refuses("cdist") { try x.pairwiseDistances(to: x) }
    refuses("histc") { try x.histogramCounts() }
    refuses("histogram") { try x.histogram(bins: 3) }
    refuses("var") { try x.varianceAndMean() }
    if dtype != .int64 { refuses("cov") { try x.reshape([1, 2, 3]).covariance() } }
    refuses("bincount") { try x.binCount() }
  }

  @Test func emptyTensors() throws {
    let empty = try Tensor.zeros([2, 0])
    refuses("max") { try empty.maximum(along: 1) }
    refuses("min") { try empty.minimum(along: 1) }
    refuses("max") { try empty.maximum() }
    refuses("aminmax") { try empty.extrema() }
    refuses("median") { try empty.median(along: 1) }
    refuses("median") { try empty.to(.int64).median() }
    refuses("mode") { try empty.mode(1) }
    refuses("kthvalue") { try empty.kthValue(1, 1) }
    refuses("quantile") { try empty.quantile(0.5) }
    refuses("quantile") { try empty.quantile(0.5, 1) }
    refuses("norm") { try empty.norm([1], order: .infinity) }
    #expect(try empty.median().item().isNaN)
    #expect(try empty.sum().item() == 0)
    #expect(try empty.mean().item().isNaN)
    #expect(try empty.norm().item() == 0)
    #expect(try empty.topK(0, 1).values.shape == [2, 0])
    #expect(try empty.sort(1).values.shape == [2, 0])
    #expect(try empty.sort(0).values.shape == [2, 0])
    #expect(try empty.unique().values.shape == [0])
    #expect(try empty.unique(0).values.shape == [1, 0])
    #expect(try empty.cumulativeProduct(1).shape == [2, 0])
    #expect(try empty.logCumulativeSumExp(1).shape == [2, 0])
    #expect(try empty.difference(1, 1).shape == [2, 0])
    #expect(try empty.histogramCounts(bins: 2, low: 0, high: 1).doubles() == [0, 0])
    #expect(try empty.covariance().doubles().allSatisfy(\.isNaN))
    #expect(try empty.pairwiseDistances(to: empty).doubles() == [0, 0, 0, 0])
    #expect(try empty.searchSorted(Tensor.ones([2, 3])).shape == [2, 3])
    #expect(try empty.isIn(empty).shape == [2, 0])
  }

  @Test func scalars() throws {
    let x = try Tensor.scalar(2)
    for (name, body) in [
      ("sort", { try x.sort(1) }), ("topk", { try x.topK(2) }), ("kthvalue", { try x.kthValue(2) }),
      ("mode", { try x.mode(1) }), ("cumprod", { try x.cumulativeProduct(1) }),
      ("cummax", { try x.cumulativeMaximum(-2) }), ("diff", { try x.difference() }),
      ("trapezoid", { try x.trapezoid() }), ("searchsorted", { try x.searchSorted(x) }),
      ("renorm", { try x.renormalized(2, 0, limit: 1) }),
      ("cdist", { try x.pairwiseDistances(to: x) }),
    ] as [(String, () throws -> Any)] {
      refuses(name) { try body() }
    }
    #expect(try x.median().item() == 2)
    #expect(try x.quantile(0.3).item() == 2)
    #expect(try x.unique().values.doubles() == [2])
    #expect(try x.covariance().item().isNaN)
  }

  @Test func shapesThatDoNotFit() throws {
    let x = try Tensor.ones([2, 3])
    refuses("cdist") { try x.pairwiseDistances(to: Tensor.ones([2, 4])) }
    refuses("cdist") { try x.pairwiseDistances(to: Tensor.ones([3])) }
    refuses("cdist") { try x.pairwiseDistances(to: x.to(.float64)) }
    refuses("cdist") { try x.pairwiseDistances(to: x, order: -1) }
    refuses("cdist") { try x.pairwiseDistances(to: x, order: .nan) }
    let deep = try Tensor.ones([1, 1, 1, 1, 1, 1, 2, 3])
    refuses("cdist") { try deep.pairwiseDistances(to: deep, order: 1) }
    #expect(try deep.pairwiseDistances(to: deep).shape == [1, 1, 1, 1, 1, 1, 2, 2])
    refuses("quantile") { try deep.quantile(Tensor([0.5], [1]), 7, keepDimensions: true) }
    refuses("quantile") { try deep.quantile(Tensor([0.5], [1]), keepDimensions: true) }
    refuses("quantile") { try x.quantile(Tensor.ones([1, 1])) }
    refuses("searchsorted") { try x.searchSorted(Tensor.ones([3, 2])) }
    refuses("searchsorted") { try x.searchSorted(Tensor.ones([2])) }
    refuses("trapezoid") { try x.trapezoid(1, x: Tensor.ones([2])) }
    refuses("trapezoid") { try x.trapezoid(1, x: Tensor.ones([2, 2])) }
    refuses("cov") { try x.covariance(frequencies: Tensor([1, 2] as [Int64], [2])) }
    refuses("cov") { try x.covariance(frequencies: Tensor([1, 2, -1] as [Int64], [3])) }
    refuses("cov") { try x.covariance(importances: Tensor([1, 2, -1], [3])) }
    refuses("cov") { try Tensor.ones([1, 2, 3]).covariance() }
    refuses("corrcoef") { try Tensor.ones([1, 2, 3]).correlation() }
    let labels = try Tensor([0, 1] as [Int64], [2])
    refuses("bincount") { try labels.binCount(weights: Tensor.ones([3])) }
    refuses("histogram") { try x.histogram(edges: Tensor([2, 1], [2])) }
    refuses("histogram") { try x.histogram(edges: Tensor([1, .nan], [2])) }
    refuses("histogram") { try x.histogram(edges: Tensor.zeros([0])) }
    refuses("histogram") { try x.histogram(bins: 2, weights: Tensor.ones([2])) }
    refuses("histc") { try x.histogramCounts(bins: 2, low: 2, high: 1) }
    refuses("histc") { try x.histogramCounts(bins: 2, low: 0, high: .infinity) }
    refuses("histc") { try x.mul(.nan).histogramCounts(bins: 2) }
    refuses("norm") { try x.norm(order: .nan) }
    refuses("renorm") { try x.renormalized(.nan, 0, limit: 1) }
    refuses("renorm") { try x.renormalized(2, 0, limit: -1) }
    refuses("all") { try x.all(over: [0, 0]) }
  }

  /// Shapes that no memory holds, made by expanding one element.
  @Test func tensorsThatMemoryCannotHold() throws {
    let huge = try Tensor.ones([1]).expand(to: [1 << 48])
    for body in [
      { try huge.sort() }, { try huge.topK(3) }, { try huge.kthValue(3) }, { try huge.median() },
      { try huge.mode() }, { try huge.unique() }, { try huge.cumulativeProduct(0) },
      { try huge.cumulativeMaximum(0) }, { try huge.logCumulativeSumExp(0) },
      { try huge.quantile(0.5) }, { try huge.isIn(huge) }, { try huge.searchSorted(huge) },
      { try huge.histogramCounts(bins: 3) }, { try huge.norm(order: 3) },
    ] as [() throws -> Any] {
      #expect(throws: TensorError.self) { try body() }
    }
  }
}
