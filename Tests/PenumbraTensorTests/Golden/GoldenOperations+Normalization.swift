/// How the golden group is called: normalisation, resampling, embedding and losses.

import PenumbraTensor

extension GoldenOperations {
  static var normalization: [String: Call] {
    normalizations.merging(lookups) { first, _ in first }
      .merging(regressionLosses) { first, _ in first }
      .merging(marginLosses) { first, _ in first }.merging(classLosses) { first, _ in first }
  }

  /// Inputs: x; weight and bias where there are more; running mean and variance where there are five,
  /// whose new values are results.
  private static func running(
    _ body:
      @escaping @Sendable (
        _ golden: GoldenCase, _ x: [Tensor], _ running: RunningStatistics?, _ isTraining: Bool
      ) throws -> Tensor
  ) -> Call {
    { golden, x in
      let statistics =
        try x.count == 5
        ? RunningStatistics(mean: x[3].clone(), variance: x[4].clone()) : nil
      let isTraining = golden.flag("training")
      let result = try body(golden, x, statistics, isTraining)
      guard let statistics, isTraining else { return [result] }
      return [result, statistics.mean, statistics.variance]
    }
  }

  private static func epsilon(_ golden: GoldenCase) -> Double { golden.number("eps") ?? .nan }

  private static var normalizations: [String: Call] {
    [
      "batchNorm": running { golden, x, statistics, isTraining in
        try x[0].batchNorm(
          running: statistics, weight: x.count > 1 ? x[1] : nil, bias: x.count > 2 ? x[2] : nil,
          isTraining: isTraining, momentum: golden.number("momentum") ?? 0.1,
          epsilon: epsilon(golden))
      },
      "instanceNorm": running { golden, x, statistics, isTraining in
        try x[0].instanceNorm(
          running: statistics, weight: x[1], bias: x[2], usesInputStatistics: isTraining,
          momentum: golden.number("momentum") ?? 0.1, epsilon: epsilon(golden))
      },
      "layerNorm": { golden, x in
        [
          try x[0].layerNorm(
            golden.shape("shape"), weight: x.count > 1 ? x[1] : nil, bias: x.count > 2 ? x[2] : nil,
            epsilon: epsilon(golden))
        ]
      },
      "rmsNorm": { golden, x in
        [
          try x[0].rmsNorm(
            golden.shape("shape"), weight: x.count > 1 ? x[1] : nil, epsilon: golden.number("eps"))
        ]
      },
      "groupNorm": { golden, x in
        [
          try x[0].groupNorm(
            golden.integer("groups") ?? 0, weight: x.count > 1 ? x[1] : nil,
            bias: x.count > 2 ? x[2] : nil, epsilon: epsilon(golden))
        ]
      },
      "normalize": { golden, x in
        [
          try x[0].normalize(
            golden.integer("dim") ?? 99, p: golden.number("p") ?? .nan, epsilon: epsilon(golden))
        ]
      },
      "cosineSimilarity": { golden, x in
        [
          try x[0].cosineSimilarity(
            x[1], golden.integer("dim") ?? 99, epsilon: epsilon(golden))
        ]
      },
      "pairwiseDistance": { golden, x in
        [
          try x[0].pairwiseDistance(
            x[1], p: golden.number("p") ?? .nan, epsilon: epsilon(golden),
            keepDimensions: golden.flag("keep"))
        ]
      },
    ]
  }

  private static func mode(_ golden: GoldenCase) -> InterpolationMode {
    let modes: [InterpolationMode] = [
      .nearest, .nearestExact, .linear, .bilinear, .trilinear, .bicubic, .area,
    ]
    return modes[golden.integer("mode") ?? 0]
  }

  private static var lookups: [String: Call] {
    [
      "interpolate": { golden, x in
        let aligns = golden.flag("align")
        guard let scale = golden.number("scale") else {
          let size = golden.integers("size") ?? []
          return [
            try x[0].interpolate(size: size, mode: mode(golden), alignsCorners: aligns)
          ]
        }
        return [
          try x[0].interpolate(scale: [scale], mode: mode(golden), alignsCorners: aligns)
        ]
      },
      "embedding": { golden, x in
        let rows = try x[0].embedding(x[1], padding: golden.integer("padding"))
        return [golden.flag("square") ? try rows.square() : rows]
      },
      "dropout": { golden, x in
        [try x[0].dropout(golden.number("p") ?? .nan, using: Generator(seed: 1))]
      },
      "featureDropout": { golden, x in
        [try x[0].featureDropout(golden.number("p") ?? .nan, using: Generator(seed: 1))]
      },
      "alphaDropout": { golden, x in
        [try x[0].alphaDropout(golden.number("p") ?? .nan, using: Generator(seed: 1))]
      },
    ]
  }

  private static func loss(
    _ body:
      @escaping @Sendable (
        _ golden: GoldenCase, _ x: [Tensor], _ reduction: LossReduction
      ) throws -> Tensor
  ) -> Call {
    { golden, x in
      let reductions: [LossReduction] = [.mean, .sum, .none]
      return [try body(golden, x, reductions[golden.integer("reduction") ?? 0])]
    }
  }

  private static var regressionLosses: [String: Call] {
    [
      "mseLoss": loss { try $1[0].mseLoss($1[1], reduction: $2) },
      "l1Loss": loss { try $1[0].l1Loss($1[1], reduction: $2) },
      "smoothL1Loss": loss {
        try $1[0].smoothL1Loss($1[1], beta: $0.number("beta") ?? .nan, reduction: $2)
      },
      "huberLoss": loss {
        try $1[0].huberLoss($1[1], delta: $0.number("delta") ?? .nan, reduction: $2)
      },
      "gaussianNLLLoss": loss { golden, x, reduction in
        try x[0].gaussianNLLLoss(
          x[1], variance: x[2], isFull: golden.flag("full"), epsilon: epsilon(golden),
          reduction: reduction)
      },
      "poissonNLLLoss": loss { golden, x, reduction in
        try x[0].poissonNLLLoss(
          x[1], isLogInput: golden.flag("log"), isFull: golden.flag("full"),
          epsilon: epsilon(golden), reduction: reduction)
      },
    ]
  }

  private static func margin(_ golden: GoldenCase) -> Double { golden.number("margin") ?? .nan }

  private static var marginLosses: [String: Call] {
    [
      "hingeEmbeddingLoss": loss {
        try $1[0].hingeEmbeddingLoss($1[1], margin: margin($0), reduction: $2)
      },
      "marginRankingLoss": loss {
        try $1[0].marginRankingLoss($1[1], $1[2], margin: margin($0), reduction: $2)
      },
      "tripletMarginLoss": loss { golden, x, reduction in
        try x[0].tripletMarginLoss(
          positive: x[1], negative: x[2], margin: margin(golden), p: golden.number("p") ?? .nan,
          swaps: golden.flag("swap"), reduction: reduction)
      },
      "cosineEmbeddingLoss": loss {
        try $1[0].cosineEmbeddingLoss($1[1], $1[2], margin: margin($0), reduction: $2)
      },
      "softMarginLoss": loss { try $1[0].softMarginLoss($1[1], reduction: $2) },
      "multiMarginLoss": loss { golden, x, reduction in
        try x[0].multiMarginLoss(
          x[1], p: golden.integer("p") ?? 0, margin: margin(golden),
          weight: x.count > 2 ? x[2] : nil, reduction: reduction)
      },
      "multiLabelSoftMarginLoss": loss {
        try $1[0].multiLabelSoftMarginLoss(
          $1[1], weight: $1.count > 2 ? $1[2] : nil, reduction: $2)
      },
    ]
  }

  private static var classLosses: [String: Call] {
    [
      "crossEntropy": loss { golden, x, reduction in
        try x[0].crossEntropy(
          x[1], weight: x.count > 2 ? x[2] : nil, ignoredLabel: golden.integer("ignored") ?? -100,
          smoothing: golden.number("smoothing") ?? 0, reduction: reduction)
      },
      "nllLoss": loss { golden, x, reduction in
        try x[0].nllLoss(
          x[1], weight: x.count > 2 ? x[2] : nil, ignoredLabel: golden.integer("ignored") ?? -100,
          reduction: reduction)
      },
      "binaryCrossEntropy": loss { golden, x, reduction in
        try x[0].binaryCrossEntropy(
          x[1], weight: x.count > 2 ? x[2] : nil, reduction: reduction)
      },
      "bceWithLogits": loss { golden, x, reduction in
        try x[0].bceWithLogits(
          x[1], weight: golden.integer("weight").map { x[$0] },
          positiveWeight: golden.integer("positive").map { x[$0] }, reduction: reduction)
      },
      "klDiv": { golden, x in
        let reductions: [DivergenceReduction] = [.mean, .batchMean, .sum, .none]
        return [
          try x[0].klDiv(
            x[1], isLogTarget: golden.flag("log"),
            reduction: reductions[golden.integer("reduction") ?? 0])
        ]
      },
    ]
  }
}
