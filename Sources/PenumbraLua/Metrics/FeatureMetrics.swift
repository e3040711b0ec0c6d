/// `pn.metrics` of features and classes: Fréchet distance, neighbourhoods, accuracy, stacked modes.

internal import LuaEmbedding
internal import PenumbraMetrics
internal import PenumbraTensor

enum FeatureMetrics {
  static let entries: [Entry] = [
    Entry(
      "frechet_distance",
      "|μ₁ − μ₂|² + tr(C₁ + C₂ − 2 (C₁^½ C₂ C₁^½)^½) between the Gaussians of two sets of features, in "
        + "double precision, also for singular covariances; of equal sizes only are figures comparable",
      Parameter<FeatureSource>("x", .featureSource, "samples, or moments made before"),
      Parameter<FeatureSource>("y", .featureSource, "samples, or moments made before"),
      Parameter<Options>.options("frechet_distance", [extractor.doc, batch.doc]),
      returns: "number",
      example: "print(pn.metrics.frechet_distance(pn.randn(500, 4), pn.randn(500, 4) + 1))\n"
        + "local net = pn.nn.Linear(4, 8)\n"
        + "print(pn.metrics.frechet_distance(pn.randn(500, 4), pn.randn(500, 4), {features = net}))"
    ) { _, x, y, options in
      let first = try moments(x, options, "x")
      let second = try moments(y, options, "y")
      return try FrechetDistance.squared(first, second)
    },
    Entry(
      "feature_moments",
      "Running mean and covariance of features, which come a batch at a time; for "
        + "frechet_distance, where the real images' need to be made but once",
      returns: "FeatureMoments",
      example: FeatureMomentsClass.sample
    ) { _ in Instance(FeatureMoments(), FeatureMomentsClass.definition) },
    Entry(
      "precision_recall",
      "{precision, recall}: the part of generated samples within the k-th-neighbour ball of a real "
        + "one, and the reverse (Kynkäänniemi et al. 2019)", DistanceMetrics.samples("real"),
      DistanceMetrics.samples("fake"), Parameter<Options>.options("precision_recall", [three.doc]),
      returns: "table",
      example: "local r = pn.metrics.precision_recall(pn.randn(200, 2), pn.randn(200, 2))\n"
        + "print(r.precision, r.recall)"
    ) { _, real, fake, options in
      let found = try Neighbourhoods.precisionRecall(real: real, fake: fake, k: options[three])
      return LuaValue.table([
        (key: "precision", value: .number(found.precision)),
        (key: "recall", value: .number(found.recall)),
      ])
    },
    Entry(
      "density_coverage",
      "{density, coverage}: how many real k-th-neighbour balls hold a generated sample, over k "
        + "(expected: 1), and the part of them that hold one (Naeem et al. 2020)",
      DistanceMetrics.samples("real"), DistanceMetrics.samples("fake"),
      Parameter<Options>.options("density_coverage", [five.doc]), returns: "table",
      example: "local r = pn.metrics.density_coverage(pn.randn(200, 2), pn.randn(200, 2))\n"
        + "print(r.density, r.coverage)"
    ) { _, real, fake, options in
      let found = try Neighbourhoods.densityCoverage(real: real, fake: fake, k: options[five])
      return LuaValue.table([
        (key: "density", value: .number(found.density)),
        (key: "coverage", value: .number(found.coverage)),
      ])
    },
    Entry(
      "class_accuracy",
      "How often generated samples are classified as the class they were asked for: {accuracy, "
        + "per_class (NaN for a class without samples), confusion [asked, classified]}",
      Parameter<Tensor>(
        "predicted", .predictions, "classes [n] counted from 1, or scores [n, classes]"),
      labels, Parameter<Options>.options("class_accuracy", [classes.doc]), returns: "table",
      example: "local r = pn.metrics.class_accuracy(pn.tensor{1, 2, 2}, pn.tensor{1, 2, 1})\n"
        + "print(r.accuracy, r.per_class)"
    ) { _, predicted, labels, options in
      let report = try ClassAccuracy(
        predicted: predicted, wanted: labels, classes: options[classes])
      let n = report.perClass.count
      return LuaValue.table([
        (key: "accuracy", value: .number(report.accuracy)),
        (key: "per_class", value: try Tensor(report.perClass, [n], dtype: .float64).luaValue),
        (
          key: "confusion",
          value: try Tensor(report.confusion.map(Int64.init), [n, n]).luaValue
        ),
      ])
    },
    Entry(
      "stacked_modes",
      "Modes of stacked digits from each channel's class: {modes, captured, kl}, kl the divergence from "
        + "uniform in nats: .0192 expected of 26,000 uniform samples",
      Parameter<Tensor>("labels", .indices, "[n, channels], classes counted from 1"),
      Parameter<Options>.options("stacked_modes", [tenClasses.doc]), returns: "table",
      example: "local r = pn.metrics.stacked_modes(pn.randint(1, 10, {2600, 3}))\n"
        + "print(r.captured, r.modes, r.kl)"
    ) { _, labels, options in
      let report = try StackedModes(labels: labels, classes: options[tenClasses])
      return LuaValue.table([
        (key: "modes", value: .integer(Int64(report.modes))),
        (key: "captured", value: .integer(Int64(report.captured))),
        (key: "kl", value: .number(report.divergence)),
      ])
    },
    Entry(
      "intra_class_diversity",
      "The mean Euclidean distance between two samples of a class: its mean over the classes, and for "
        + "each class (NaN for fewer than two samples)", DistanceMetrics.samples("features"),
      labels,
      Parameter<Options>.options("intra_class_diversity", [classes.doc]),
      returns: "number and Tensor",
      example: "print(pn.metrics.intra_class_diversity(pn.randn(60, 4), pn.randint(1, 3, {60})))"
    ) { _, features, labels, options in
      let values = try ClassDiversity.perClass(features, labels: labels, classes: options[classes])
      let known = values.filter { !$0.isNaN }
      let mean = known.isEmpty ? Double.nan : known.reduce(0, +) / Double(known.count)
      return Pair(mean, try Tensor(values, [values.count], dtype: .float64))
    },
  ]

  private static let three = Parameter<Int>("k", .count, default: 3, "neighbours")
  private static let five = Parameter<Int>("k", .count, default: 5, "neighbours")
  private static let labels = Parameter<Tensor>(
    "labels", .indices, "classes [n] counted from 1")
  private static let classes = Parameter<Int?>.optional("classes", .count, "how many there are")
  private static let tenClasses = Parameter<Int>("classes", .count, default: 10)
  private static let extractor = Parameter<LuaReference?>.optional(
    "features", .callable,
    "a module or function from a batch of samples to its features; put a module into eval() first")
  private static let batch = Parameter<Int>(
    "batch", .count, default: 256, "samples that `features` gets at a time")

  private static func moments(_ source: FeatureSource, _ options: Options, _ argument: String)
    throws -> FeatureMoments
  {
    switch source {
    case .moments(let moments): return moments
    case .samples(let samples):
      let moments = FeatureMoments()
      guard let extractor = try options[extractor] else {
        try moments.update(samples, operation: "frechet_distance")
        return moments
      }
      let size = try options[batch]
      guard samples.rank > 0 else {
        throw TensorError(
          .shape, "frechet_distance", argument: argument, expected: "[n, ...]",
          got: "\(samples.shape)")
      }
      try GradientMode.with(false) {
        var start = 0
        while start < samples.shape[0] {
          let count = min(size, samples.shape[0] - start)
          let part = try samples.narrow(0, start: start, count: count)
          guard let features = try extractor.tensors([part.luaValue], "frechet_distance").first
          else {
            throw TensorError(
              .value, "frechet_distance", argument: "option (features)", expected: "a Tensor",
              got: "no value")
          }
          guard features.rank > 0, features.shape[0] == count else {
            throw TensorError(
              .shape, "frechet_distance", argument: "option (features)",
              expected: "[\(count), ...], a row a sample", got: "\(features.shape)")
          }
          try moments.update(features, operation: "frechet_distance")
          start += count
        }
      }
      return moments
    }
  }
}

/// Where the features of a Fréchet distance come from.
enum FeatureSource {
  case samples(Tensor)
  case moments(FeatureMoments)
}

extension ParameterType where Value == FeatureSource {
  static let featureSource = ParameterType("Tensor or FeatureMoments") { frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) {
      return .samples(tensor)
    }
    return try ParameterType<FeatureMoments>.object(
      "FeatureMoments", FeatureMomentsClass.definition
    )
    .decode(frame, index).map(FeatureSource.moments)
  }
}

extension ParameterType where Value == Tensor {
  /// Scores [n, classes] as they are, classes [n] from 1 to from 0.
  fileprivate static let predictions = ParameterType("Tensor") { frame, index in
    guard let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) else { return nil }
    return tensor.rank == 2 ? tensor : try OneBased.positions(tensor)
  }
}
