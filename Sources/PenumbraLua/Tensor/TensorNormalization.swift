/// Normalisation, resampling, embedding lookup, dropout and losses, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorNormalization {
  static let entries: [Entry] =
    normalizations + distances + TensorResampling.entries + TensorLosses.entries
    + TensorClassLosses.entries

  static let weight = Parameter<Tensor?>.optional("weight", .tensor, "factors; 1 when left out")
  private static let bias = Parameter<Tensor?>.optional(
    "bias", .tensor, "what is added; 0 when left out")
  private static let eps = Parameter<Double>(
    "eps", .nonNegative, default: 1e-5, "added to the variance")
  private static let momentum = Parameter<Double>(
    "momentum", .probability, default: 0.1, "weight of the newest batch in the running statistics")
  private static let runningMean = Parameter<Tensor?>.optional(
    "running_mean", .tensor, "[channels], updated in place in training")
  private static let runningVar = Parameter<Tensor?>.optional(
    "running_var", .tensor, "[channels], updated in place in training")
  private static let training = Parameter<Bool>(
    "training", .boolean, default: false, "normalise by the batch and not by the running statistics"
  )
  private static let useInputStats = Parameter<Bool>(
    "use_input_stats", .boolean, default: true, "normalise by the input's own statistics")
  private static let extents = Parameter<[Int]>(
    "shape", .extents, "the extents of the last dimensions, over which is normalised")

  private static let normalizations: [Entry] = [
    Entry(
      "batch_norm",
      "(x − μ) / √(v + eps) · weight + bias for each channel of [n, channels, ...], with the batch's "
        + "statistics in training, else the running ones", receiver,
      Parameter<Options>.options(
        "batch_norm",
        [
          runningMean.doc, runningVar.doc, weight.doc, bias.doc, training.doc, momentum.doc,
          eps.doc,
        ]), returns: "Tensor",
      example: "local mean, var = pn.zeros(3), pn.ones(3)\nlocal x = pn.randn(4, 3)\n"
        + "print(x:batch_norm{running_mean = mean, running_var = var, training = true})\n"
        + "print(x:batch_norm{running_mean = mean, running_var = var})"
    ) { _, x, options in
      try x.batchNorm(
        running: running(options), weight: options[weight], bias: options[bias],
        isTraining: options[training], momentum: options[momentum], epsilon: options[eps])
    },
    Entry(
      "instance_norm",
      "(x − μ) / √(v + eps) · weight + bias for each channel of each example of "
        + "[n, channels, positions...]", receiver,
      Parameter<Options>.options(
        "instance_norm",
        [
          runningMean.doc, runningVar.doc, weight.doc, bias.doc, useInputStats.doc, momentum.doc,
          eps.doc,
        ]), returns: "Tensor", example: "print(pn.randn(2, 3, 4):instance_norm())"
    ) { _, x, options in
      try x.instanceNorm(
        running: running(options), weight: options[weight], bias: options[bias],
        usesInputStatistics: options[useInputStats], momentum: options[momentum],
        epsilon: options[eps])
    },
    Entry(
      "layer_norm",
      "(x − μ) / √(v + eps) · weight + bias with the statistics of the last dimensions", receiver,
      extents, Parameter<Options>.options("layer_norm", [weight.doc, bias.doc, eps.doc]),
      returns: "Tensor",
      example: "print(pn.layer_norm(pn.randn(2, 3), {3}, {weight = pn.ones(3), eps = 1e-5}))"
    ) { _, x, shape, options in
      try x.layerNorm(
        Shape(shape, operation: "layer_norm"), weight: options[weight], bias: options[bias],
        epsilon: options[eps])
    },
    Entry(
      "rms_norm", "x / √(mean x² + eps) · weight with the mean over the last dimensions", receiver,
      extents, Parameter<Options>.options("rms_norm", [weight.doc, tiny.doc]), returns: "Tensor",
      example: "print(pn.randn(2, 3):rms_norm(3))"
    ) { _, x, shape, options in
      try x.rmsNorm(
        Shape(shape, operation: "rms_norm"), weight: options[weight], epsilon: options[tiny])
    },
    Entry(
      "group_norm",
      "(x − μ) / √(v + eps) · weight + bias with the statistics of each group of channels of each "
        + "example of [n, channels, ...]", receiver, Parameter<Int>("groups", .count),
      Parameter<Options>.options("group_norm", [weight.doc, bias.doc, eps.doc]), returns: "Tensor",
      example: "print(pn.randn(2, 4, 3):group_norm(2))"
    ) { _, x, groups, options in
      try x.groupNorm(
        groups, weight: options[weight], bias: options[bias], epsilon: options[eps])
    },
  ]

  private static let tiny = Parameter<Double?>.optional(
    "eps", .nonNegative, "added to the mean square; the dtype's rounding when left out")

  /// The running statistics among the options: both or neither.
  private static func running(_ options: Options) throws -> RunningStatistics? {
    switch (try options[runningMean], try options[runningVar]) {
    case (let mean?, let variance?): return RunningStatistics(mean: mean, variance: variance)
    case (nil, nil): return nil
    case (nil, _):
      throw TensorError(.value, options.operation, "running_var is given without running_mean")
    case (_, nil):
      throw TensorError(.value, options.operation, "running_mean is given without running_var")
    }
  }

  private static let norm = Parameter<Double>(
    "p", .number, default: 2, "which norm; math.huge for the greatest magnitude")
  private static let other = Parameter<Tensor>("other", .tensor)
  private static let dim = Parameter<Int>("dim", .dimension, default: 1, shown: "2")

  private static func least(_ value: Double) -> Parameter<Double> {
    Parameter<Double>("eps", .nonNegative, default: value, "keeps divisors off 0")
  }

  private static let distances: [Entry] = [
    Entry(
      "normalize", "x / max(‖x‖_p, eps) along a dimension", receiver,
      Parameter<Options>.options("normalize", [norm.doc, dim.doc, least(1e-12).doc]),
      returns: "Tensor", example: "print(pn.tensor{{3.0, 4.0}}:normalize{dim = 2})"
    ) { _, x, options in
      try x.normalize(options[dim], p: options[norm], epsilon: options[least(1e-12)])
    },
    Entry(
      "cosine_similarity", "Σ x y / (max(‖x‖, eps) · max(‖y‖, eps)) along a dimension", receiver,
      other, Parameter<Options>.options("cosine_similarity", [dim.doc, least(1e-8).doc]),
      returns: "Tensor",
      example: "print(pn.randn(4, 3):cosine_similarity(pn.randn(4, 3), {dim = 2}))"
    ) { _, x, y, options in
      try x.cosineSimilarity(y, options[dim], epsilon: options[least(1e-8)])
    },
    Entry(
      "pairwise_distance", "‖x − y + eps‖_p over the last dimension", receiver, other,
      Parameter<Options>.options("pairwise_distance", [norm.doc, least(1e-6).doc, keepdim.doc]),
      returns: "Tensor", example: "print(pn.zeros(2, 3):pairwise_distance(pn.ones(2, 3)))"
    ) { _, x, y, options in
      try x.pairwiseDistance(
        y, p: options[norm], epsilon: options[least(1e-6)], keepDimensions: options[keepdim])
    },
  ]

  private static let keepdim = Parameter<Bool>(
    "keepdim", .boolean, default: false, "keep the dimension with extent 1")
}

extension ParameterType where Value == [Int] {
  /// One size or a table of sizes.
  static let extents = ParameterType("integer or table of integers") { frame, index in
    if let one = try ParameterType<Int>.integer.decode(frame, index) { return [one] }
    return try ParameterType<[Int]>.list(of: .integer).decode(frame, index)
  }
}

extension ParameterType where Value == [Double] {
  /// One number or a table of numbers.
  static let oneOrMore = ParameterType("number or table of numbers") { frame, index in
    if let one = try ParameterType<Double>.number.decode(frame, index) { return [one] }
    return try ParameterType<[Double]>.list(of: .number).decode(frame, index)
  }
}
