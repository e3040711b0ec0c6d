/// How the golden group is called: sorting, order statistics, counting and running reductions.

import PenumbraTensor

extension GoldenOperations {
  static var ordering: [String: Call] {
    ranks.merging(counts) { first, _ in first }.merging(running) { first, _ in first }
      .merging(measures) { first, _ in first }
  }

  /// Values and positions along a dimension.
  private static func pair(
    _ body:
      @escaping @Sendable (_ x: Tensor, _ dimension: Int, _ keep: Bool) throws -> (
        values: Tensor, indices: Tensor
      )
  ) -> Call {
    { golden, x in
      let result = try body(x[0], golden.integer("dim") ?? 99, golden.flag("keep"))
      return [result.values, result.indices]
    }
  }

  private static let kinds: [QuantileInterpolation] = [
    .linear, .lower, .higher, .nearest, .midpoint,
  ]

  private static var ranks: [String: Call] {
    [
      "topK": { golden, x in
        let result = try x[0].topK(
          golden.integer("k") ?? -1, golden.integer("dim") ?? 99,
          largest: golden.flag("largest"), sorted: golden.flag("sorted"))
        return [result.values, result.indices]
      },
      "kthValue": { golden, x in
        let result = try x[0].kthValue(
          golden.integer("k") ?? -1, golden.integer("dim") ?? 99,
          keepDimension: golden.flag("keep"))
        return [result.values, result.indices]
      },
      "median": unary { try $0.median() },
      "median.along": pair { try $0.median(along: $1, keepDimension: $2) },
      "nanMedian": unary { try $0.nanMedian() },
      "nanMedian.along": pair { try $0.nanMedian(along: $1, keepDimension: $2) },
      "mode": pair { try $0.mode($1, keepDimension: $2) },
      "minimum.along": pair { try $0.minimum(along: $1, keepDimension: $2) },
      "maximum.along": pair { try $0.maximum(along: $1, keepDimension: $2) },
      "extrema": { golden, x in
        let result = try x[0].extrema(golden.integers("dims"), keepDimensions: golden.flag("keep"))
        return [result.minimum, result.maximum]
      },
      "quantile": { golden, x in
        [
          try x[0].quantile(
            x[1], golden.integer("dim"), keepDimensions: golden.flag("keep"),
            interpolation: kinds[golden.integer("kind") ?? 0])
        ]
      },
      "quantile.value": { golden, x in
        [
          try x[0].quantile(
            golden.number("value") ?? .nan, golden.integer("dim"),
            keepDimensions: golden.flag("keep"), interpolation: kinds[golden.integer("kind") ?? 0])
        ]
      },
      "nanQuantile": { golden, x in
        [
          try x[0].nanQuantile(
            x[1], golden.integer("dim"), keepDimensions: golden.flag("keep"),
            interpolation: kinds[golden.integer("kind") ?? 0])
        ]
      },
    ]
  }

  private static func unique(_ found: UniqueValues) -> [Tensor] {
    [found.values, found.inverse, found.counts]
  }

  private static var counts: [String: Call] {
    [
      "unique": { golden, x in unique(try x[0].unique(golden.integer("dim"))) },
      "uniqueConsecutive": { golden, x in
        unique(try x[0].uniqueConsecutive(golden.integer("dim")))
      },
      "countNonzero": reduction { try $0.countNonzero($1, keepDimensions: $2) },
      "all.over": reduction { try $0.all(over: $1 ?? [], keepDimensions: $2) },
      "any.over": reduction { try $0.any(over: $1 ?? [], keepDimensions: $2) },
      "binCount.weights": { golden, x in
        [
          try x[0].binCount(
            weights: x.count > 1 ? x[1] : nil, minimumLength: golden.integer("length") ?? -1)
        ]
      },
      "histogramCounts.bins": { golden, x in
        [
          try x[0].histogramCounts(
            bins: golden.integer("bins") ?? -1, low: golden.number("low") ?? .nan,
            high: golden.number("high") ?? .nan)
        ]
      },
      "histogram": { golden, x in
        let result = try x[0].histogram(
          bins: golden.integer("bins") ?? -1,
          range: golden.number("low").map { ($0, golden.number("high") ?? .nan) },
          weights: x.count > 1 ? x[1] : nil, isDensity: golden.flag("density"))
        return [result.values, result.edges]
      },
      "histogram.edges": { golden, x in
        let result = try x[1].histogram(edges: x[0], isDensity: golden.flag("density"))
        return [result.values, result.edges]
      },
      "searchSorted": { golden, x in [try x[0].searchSorted(x[1], right: golden.flag("right"))] },
      "isIn": binary { try $0.isIn($1) },
    ]
  }

  private static var running: [String: Call] {
    [
      "cumulativeProduct": along { try $0.cumulativeProduct($1) },
      "cumulativeMaximum": pair { x, dimension, _ in try x.cumulativeMaximum(dimension) },
      "cumulativeMinimum": pair { x, dimension, _ in try x.cumulativeMinimum(dimension) },
      "logCumulativeSumExp": along { try $0.logCumulativeSumExp($1) },
      "difference": { golden, x in
        [
          try x[0].difference(
            golden.integer("order") ?? -1, golden.integer("dim") ?? 99,
            prefix: x.count > 1 ? x[1] : nil, suffix: x.count > 2 ? x[2] : nil)
        ]
      },
      "trapezoid": { golden, x in
        [
          try x[0].trapezoid(
            golden.integer("dim") ?? 99, x: x.count > 1 ? x[1] : nil,
            spacing: golden.number("spacing") ?? .nan)
        ]
      },
      "cumulativeTrapezoid": { golden, x in
        [
          try x[0].cumulativeTrapezoid(
            golden.integer("dim") ?? 99, x: x.count > 1 ? x[1] : nil,
            spacing: golden.number("spacing") ?? .nan)
        ]
      },
      "softmin": along { try $0.softmin($1) },
      "logSumExp.several": reduction { try $0.logSumExp($1 ?? [], keepDimensions: $2) },
    ]
  }

  private static var measures: [String: Call] {
    [
      // The inputs stand 0.9 away from the norm's argument, which so has both signs.
      "norm.order": { golden, x in
        [
          try x[0].sub(golden.number("shift") ?? 0.9).norm(
            golden.integers("dims"), order: golden.number("p") ?? .nan,
            keepDimensions: golden.flag("keep"))
        ]
      },
      "distance.to": { golden, x in
        [try x[0].distance(to: x[1], order: golden.number("p") ?? .nan)]
      },
      "renormalized.value": { golden, x in
        [
          try x[0].renormalized(
            golden.number("value") ?? .nan, golden.integer("dim") ?? 99,
            limit: golden.number("limit") ?? .nan)
        ]
      },
      "pairwiseDistances.to": { golden, x in
        [try x[0].pairwiseDistances(to: x[1], order: golden.number("p") ?? .nan)]
      },
      "nanSum": reduction { try $0.nanSum($1, keepDimensions: $2) },
      "nanMean": reduction { try $0.nanMean($1, keepDimensions: $2) },
      "varianceAndMean": { golden, x in
        let result = try x[0].varianceAndMean(
          golden.integers("dims"), correction: golden.number("correction") ?? .nan,
          keepDimensions: golden.flag("keep"))
        return [result.spread, result.mean]
      },
      "standardDeviationAndMean": { golden, x in
        let result = try x[0].standardDeviationAndMean(
          golden.integers("dims"), correction: golden.number("correction") ?? .nan,
          keepDimensions: golden.flag("keep"))
        return [result.spread, result.mean]
      },
      "covariance": { golden, x in
        [
          try x[0].covariance(
            correction: golden.number("correction") ?? .nan,
            frequencies: x.dropFirst().first { $0.dtype == .int64 },
            importances: x.dropFirst().first { $0.dtype.isFloating })
        ]
      },
      "correlation": unary { try $0.correlation() },
    ]
  }
}
