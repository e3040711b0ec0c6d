/// Normalisation, resampling, lookup and losses refuse what they cannot compute, never by a trap.

import PenumbraTensor
import Testing

@Suite struct NormalizationBadInputTests {
  private static let extremes = [Int.min, -3, -1, 0, 4, Int.max]

  @Test func normalisations() throws {
    let x = try Tensor.ones([2, 3, 4])
    let n = try Tensor([1, 2] as [Int64], [2])
    let (scalar, vector, w4) = (try Tensor.scalar(1), try Tensor.ones([3]), try Tensor.ones([4]))
    let statistics = RunningStatistics(mean: vector, variance: vector)
    let wrong = RunningStatistics(mean: vector, variance: w4)
    for input in [scalar, vector, n, try n.reshape([1, 2]), try Tensor.ones([2, 0])] {
      refuses("batch_norm") { try input.batchNorm(isTraining: true) }
      refuses("group_norm") { try input.groupNorm(1) }
      refuses("instance_norm") { try input.instanceNorm() }
    }
    refuses("batch_norm of one value") { try Tensor.ones([1, 3]).batchNorm(isTraining: true) }
    refuses("batch_norm of nothing") { try Tensor.ones([0, 3]).batchNorm(isTraining: true) }
    refuses("batch_norm without statistics") { try x.batchNorm() }
    refuses("batch_norm") { try x.batchNorm(running: wrong, isTraining: true) }
    refuses("batch_norm") { try x.batchNorm(running: wrong) }
    for isTraining in [true, false] {
      refuses("batch_norm weight") {
        try x.batchNorm(running: statistics, weight: w4, isTraining: isTraining)
      }
      refuses("batch_norm bias") {
        try x.batchNorm(running: statistics, bias: scalar, isTraining: isTraining)
      }
      for epsilon in [-1, .nan, .infinity] as [Double] {
        refuses("batch_norm eps") {
          try x.batchNorm(running: statistics, isTraining: isTraining, epsilon: epsilon)
        }
      }
    }
    refuses("batch_norm dtype") {
      try x.batchNorm(weight: Tensor.ones([3], dtype: .float64), isTraining: true)
    }
    refuses("instance_norm") { try x.instanceNorm(usesInputStatistics: false) }
    refuses("instance_norm") { try Tensor.ones([2, 3, 1]).instanceNorm() }
    for count in Self.extremes { refuses("group_norm \(count)") { try x.groupNorm(count) } }
    refuses("group_norm") { try x.groupNorm(2) }
    for shape in [[], [3], [2, 4], [2, 2, 3, 4], [0], [-1], [Int.max, Int.max]] as [Shape] {
      refuses("layer_norm \(shape)") { try x.layerNorm(shape) }
      refuses("rms_norm \(shape)") { try x.rmsNorm(shape) }
    }
    refuses("layer_norm weight") { try x.layerNorm([4], weight: vector) }
    refuses("layer_norm bias") { try x.layerNorm([4], bias: vector) }
    refuses("layer_norm dtype") { try x.to(.int64).layerNorm([4]) }
    refuses("layer_norm eps") { try x.layerNorm([4], epsilon: .nan) }
    refuses("rms_norm eps") { try x.rmsNorm([4], epsilon: -1) }
  }

  @Test(arguments: extremes) func dimensions(_ d: Int) throws {
    let x = try Tensor.ones([2, 3])
    if d != -1 && d != 0 {
      refuses("normalize") { try x.normalize(d) }
      refuses("cosine_similarity") { try x.cosineSimilarity(x, d) }
    }
    refuses("normalize p") { try x.normalize(p: -1) }
    refuses("normalize p") { try x.normalize(p: .nan) }
    refuses("pairwise_distance p") { try x.pairwiseDistance(x, p: -.infinity) }
    refuses("pairwise_distance") { try x.pairwiseDistance(Tensor.ones([2])) }
    refuses("pairwise_distance") { try Tensor.scalar(1).pairwiseDistance(Tensor.scalar(1)) }
    refuses("cosine_similarity") { try x.cosineSimilarity(Tensor.ones([2])) }
    refuses("normalize") { try x.to(.bool).normalize() }
    refuses("largest of nothing") { try Tensor.ones([2]).normalize(1, p: .infinity) }
  }

  @Test func resampling() throws {
    let x = try Tensor.ones([1, 2, 4])
    for size in [Int.min, -1, 0, 1 << 59, Int.max] {
      refuses("interpolate \(size)") { try x.interpolate(size: [size]) }
      refuses("interpolate \(size)") { try x.interpolate(size: [size], mode: .linear) }
    }
    for factor in [0, -1, .nan, .infinity, 1e-3, 1e18, 1e300] as [Double] {
      refuses("interpolate \(factor)") { try x.interpolate(scale: [factor]) }
      refuses("interpolate \(factor)") { try x.interpolate(scale: [factor], mode: .area) }
    }
    refuses("interpolate") { try x.interpolate(size: []) }
    refuses("interpolate") { try x.interpolate(size: [2, 2]) }
    refuses("interpolate") { try x.interpolate(size: [2], mode: .bilinear) }
    refuses("interpolate") { try x.interpolate(size: [2], mode: .bicubic) }
    refuses("interpolate") { try x.interpolate(size: [2], alignsCorners: true) }
    refuses("interpolate") { try Tensor.ones([2, 2]).interpolate(size: [2]) }
    refuses("interpolate") { try Tensor.ones([1, 1, 2, 2, 2, 2]).interpolate(size: [2]) }
    refuses("interpolate") { try x.to(.int64).interpolate(size: [2]) }
    refuses("interpolate") { try Tensor.ones([1, 1, 0]).interpolate(size: [2]) }
  }

  @Test func lookupAndDropout() throws {
    let table = try Tensor.ones([3, 2])
    for label in [Int64.min, -1, 3, .max] {
      refuses("embedding \(label)") { try Tensor([label], [1]).embedding(table) }
    }
    let labels = try Tensor([0, 2] as [Int64], [2])
    for padding in [Int.min, -4, 3, Int.max] {
      refuses("padding \(padding)") { try labels.embedding(table, padding: padding) }
    }
    refuses("embedding") { try labels.embedding(Tensor.ones([3])) }
    refuses("embedding") { try Tensor.ones([2]).embedding(table) }
    refuses("embedding") { try labels.to(.bool).embedding(table) }
    refuses("embedding") { try labels.reshape([1, 1, 1, 1, 1, 1, 1, 2]).embedding(table) }
    let generator = Generator(seed: 1)
    for p in [-0.1, 1.1, .nan, .infinity] {
      refuses("dropout") { try table.dropout(p, using: generator) }
      refuses("feature_dropout") { try table.featureDropout(p, using: generator) }
      refuses("alpha_dropout") { try table.alphaDropout(p, using: generator) }
    }
    refuses("dropout") { try labels.dropout(0.5, using: generator) }
    refuses("feature_dropout") { try Tensor.ones([2]).featureDropout(0.5, using: generator) }
  }

  @Test func losses() throws {
    let (x, y) = (try Tensor.ones([2, 3]), try Tensor.ones([4]))
    let n = try Tensor([1, 2] as [Int64], [2])
    for loss in [
      { try $0.mseLoss($1) }, { try $0.l1Loss($1) }, { try $0.smoothL1Loss($1) },
      { try $0.huberLoss($1) }, { try $0.gaussianNLLLoss($1, variance: $0) },
      { try $0.poissonNLLLoss($1) }, { try $0.hingeEmbeddingLoss($1) },
      { try $0.marginRankingLoss($1, $0) },
      { try $0.tripletMarginLoss(positive: $1, negative: $0) },
      { try $0.tripletMarginLoss(positive: $0, negative: $1) },
      { try $0.cosineEmbeddingLoss($1, $0) }, { try $0.softMarginLoss($1) },
      { try $0.multiMarginLoss($1) }, { try $0.multiLabelSoftMarginLoss($1) },
      { try $0.crossEntropy($1) }, { try $0.nllLoss($1) }, { try $0.binaryCrossEntropy($1) },
      { try $0.bceWithLogits($1) }, { try $0.klDiv($1) },
    ] as [(Tensor, Tensor) throws -> Tensor] {
      refuses("shapes") { try loss(x, y) }
      refuses("dtype") { try loss(n, n) }
    }
    for value in [-1, .nan, .infinity] as [Double] {
      refuses("smooth_l1_loss") { try x.smoothL1Loss(x, beta: value) }
      refuses("huber_loss") { try x.huberLoss(x, delta: value) }
      refuses("triplet_margin_loss") {
        try x.tripletMarginLoss(positive: x, negative: x, margin: value)
      }
      refuses("gaussian_nll_loss") { try x.gaussianNLLLoss(x, variance: x, epsilon: value) }
      refuses("cross_entropy") { try x.crossEntropy(n, smoothing: value) }
    }
    refuses("huber_loss") { try x.huberLoss(x, delta: 0) }
    refuses("gaussian_nll_loss") { try x.gaussianNLLLoss(x, variance: x.mul(-1)) }
    refuses("gaussian_nll_loss") { try x.gaussianNLLLoss(x, variance: Tensor.ones([3])) }
    refuses("binary_cross_entropy") { try x.mul(1.5).binaryCrossEntropy(x) }
    refuses("binary_cross_entropy") { try x.mul(.nan).binaryCrossEntropy(x) }
    refuses("binary_cross_entropy") { try x.binaryCrossEntropy(x, weight: Tensor.ones([2])) }
    refuses("bce_with_logits") { try x.bceWithLogits(x, weight: Tensor.ones([2, 2, 3])) }
    refuses("bce_with_logits") { try x.bceWithLogits(x, positiveWeight: Tensor.ones([2])) }
    refuses("kl_div") { try Tensor.scalar(1).klDiv(Tensor.scalar(1), reduction: .batchMean) }
  }

  @Test func labels() throws {
    let x = try Tensor.ones([1, 3])
    for label in [Int64.min, -101, -1, 3, .max] {
      let labels = try Tensor([label], [1])
      refuses("cross_entropy \(label)") { try x.crossEntropy(labels) }
      refuses("nll_loss \(label)") { try x.nllLoss(labels) }
      refuses("multi_margin_loss \(label)") { try x.multiMarginLoss(labels) }
    }
    let labels = try Tensor([1] as [Int64], [1])
    refuses("weight") { try x.crossEntropy(labels, weight: Tensor.ones([2])) }
    refuses("weight dtype") { try x.nllLoss(labels, weight: Tensor.ones([3], dtype: .float64)) }
    refuses("weight") { try x.multiMarginLoss(labels, weight: Tensor.ones([3, 1])) }
    refuses("weight") { try x.crossEntropy(x, weight: Tensor.ones([2])) }
    refuses("p") { try x.multiMarginLoss(labels, p: 3) }
    refuses("scalar") { try Tensor.scalar(1).crossEntropy(labels) }
    refuses("scalar") { try Tensor.scalar(1).nllLoss(Tensor.scalar(0, dtype: .int64)) }
    refuses("bool labels") { try x.nllLoss(labels.to(.bool)) }
    let error = #expect(throws: TensorError.self) { try x.crossEntropy(labels.add(2)) }
    #expect(error?.description == "cross_entropy: labels: expected 1 to 3, got 4")
  }
}
