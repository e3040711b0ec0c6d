/// `pn.metrics` between two sets of samples: Wasserstein, energy, kernels, histograms, Parzen windows.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraMetrics
internal import PenumbraTensor

enum DistanceMetrics {
  static let entries: [Entry] = [
    Entry(
      "wasserstein",
      "W_p = (∫ |F⁻¹(u) − G⁻¹(u)|ᵖ du)^(1/p) on the line, exactly, between two sets of numbers of any "
        + "sizes; to a Mixture W₁ = ∫ |Fₙ − F|", samples("x", "[n] or [n, 1]"),
      Parameter<SampleTarget>("y", .sampleTarget, "[m] or [m, 1], or a mixture on the line"),
      Parameter<Options>.options("wasserstein", [order.doc]), returns: "number",
      example: "local line = pn.data.mixture(\"line6\")\n"
        + "print(pn.metrics.wasserstein(line:sample(500), line))\n"
        + "print(pn.metrics.wasserstein(pn.rand(500), pn.rand(400) + 1))"
    ) { _, x, target, options in
      let p = try options[order]
      switch target {
      case .samples(let y): return try Wasserstein.distance(x, y, order: p ?? 1)
      case .mixture(let mixture):
        guard p == nil || p == 1 else {
          throw TensorError(
            .value, "wasserstein", argument: "option (p)", expected: "1 for a Mixture",
            got: "\(p ?? 1)")
        }
        return try Wasserstein.distance(x, to: mixture)
      }
    },
    Entry(
      "chi_square",
      "Pearson's χ² = Σ (observed − expected)²/expected of samples over cells of equal probability "
        + "under a mixture on the line, and its degrees of freedom, its mean for a perfect sampler",
      samples("x", "[n] or [n, 1]"),
      Parameter<MixtureObject>("mixture", .object("Mixture", MixtureClass.definition)),
      Parameter<Options>.options("chi_square", [cells.doc]), returns: "two numbers",
      example: "local line = pn.data.mixture(\"line6\")\n"
        + "print(pn.metrics.chi_square(line:sample(2500), line))"
    ) { _, x, object, options in
      let test = try ChiSquare(x, of: object.mixture, cells: options[cells])
      return Pair(test.statistic, test.degreesOfFreedom)
    },
    Entry(
      "sliced_wasserstein",
      "SW_p = (E W_p(θ·x, θ·y)ᵖ)^(1/p) over random directions θ on the sphere", samples("x"),
      samples("y"),
      Parameter<Options>.options(
        "sliced_wasserstein", [projections.doc, slicedOrder.doc, generator.doc]),
      returns: "number",
      example: "local x = pn.randn(300, 8)\nprint(pn.metrics.sliced_wasserstein(x, x + 1)) -- 1"
    ) { _, x, y, options in
      try Wasserstein.sliced(
        x, y, projections: options[projections], order: options[slicedOrder],
        using: options[generator] ?? Generator(seed: 0))
    },
    Entry(
      "energy_distance",
      "D² = 2 E|x − y| − E|x − x'| − E|y − y'|: 0 just for equal laws; SciPy gives its square root",
      samples("x"), samples("y"),
      Parameter<Options>.options("energy_distance", [unbiasedOff.doc]), returns: "number",
      example: "print(pn.metrics.energy_distance(pn.randn(300, 2), pn.randn(300, 2) + 1))"
    ) { _, x, y, options in
      try EnergyDistance.squared(x, y, unbiased: options[unbiasedOff])
    },
    Entry(
      "mmd",
      "MMD² = E k(x, x') + E k(y, y') − 2 E k(x, y); kernel \"gaussian\": the mean of "
        + "exp(−|x − y|²/2σ²) over bandwidths, or \"polynomial\": (gamma x·y + coef)^degree",
      samples("x"), samples("y"),
      Parameter<Options>.options(
        "mmd",
        [
          kernel.doc, bandwidths.doc, degree.doc, gamma.doc, coefficient.doc, unbiased.doc,
        ]), returns: "number",
      example: "local x, y = pn.randn(200, 2), pn.randn(200, 2) + 1\n"
        + "print(pn.metrics.mmd(x, y), pn.metrics.mmd(x, y, {bandwidths = {0.5, 1}}))"
    ) { _, x, y, options in
      let isGaussian = try options[kernel] == "gaussian"
      for option in isGaussian ? [degree.doc, gamma.doc, coefficient.doc] : [bandwidths.doc] {
        try refuse(option, options, isGaussian ? "gaussian" : "polynomial")
      }
      return try MaximumMeanDiscrepancy.squared(
        x, y,
        kernel: isGaussian
          ? .gaussian(bandwidths: options[bandwidths])
          : .polynomial(
            degree: options[degree], gamma: options[gamma], coefficient: options[coefficient]),
        unbiased: options[unbiased])
    },
    Entry(
      "kid",
      "Kernel inception distance of features: the mean and the standard deviation, over random "
        + "subsets, of the unbiased MMD² with the kernel (x·y/d + 1)³ (Bińkowski et al. 2018)",
      samples("x"), samples("y"),
      Parameter<Options>.options("kid", [subsets.doc, subsetSize.doc, generator.doc]),
      returns: "two numbers",
      example:
        "print(pn.metrics.kid(pn.randn(200, 8), pn.randn(200, 8), {subsets = 5, size = 100}))"
    ) { _, x, y, options in
      let result = try MaximumMeanDiscrepancy.kernelInception(
        x, y, subsets: options[subsets], size: options[subsetSize],
        using: options[generator] ?? Generator(seed: 0))
      return Pair(result.mean, result.deviation)
    },
    Entry(
      "jensen_shannon",
      "½ KL(p ‖ m) + ½ KL(q ‖ m), m = (p + q)/2, of two histograms (counts or weights), in nats: 0 to "
        + "log 2", Parameter<[Double]>("p", .weights), Parameter<[Double]>("q", .weights),
      returns: "number", example: "print(pn.metrics.jensen_shannon({1, 2, 3}, {3, 2, 1}))"
    ) { _, p, q in try JensenShannon.divergence(p, q) },
    Entry(
      "sample_jensen_shannon",
      "The Jensen–Shannon divergence of two sets of points in at most 3 dimensions, sorted into cells; "
        + "what lies outside the range is one cell more", samples("x", "[n] or [n, d], d ≤ 3"),
      samples("y"),
      Parameter<Options>.options("sample_jensen_shannon", [bins.doc, range.doc]),
      returns: "number",
      example:
        "print(pn.metrics.sample_jensen_shannon(pn.randn(500), pn.randn(500) + 1, {bins = 20}))"
    ) { _, x, y, options in
      let bounds = try options[range]
      guard let bounds else {
        return try JensenShannon.ofSamples(x, y, bins: options[bins])
      }
      guard bounds.count == 2 else {
        throw TensorError(
          .value, "sample_jensen_shannon", argument: "option (range)", expected: "{low, high}",
          got: "\(bounds.count) numbers")
      }
      return try JensenShannon.ofSamples(
        x, y, bins: options[bins], low: bounds[0], high: bounds[1])
    },
    Entry(
      "parzen",
      "Mean log likelihood of test points under Gaussians of width h around samples, its standard "
        + "error, and h: as given, or the best of `bandwidths` for the validation points",
      samples("samples", "generated ones"), samples("test"),
      Parameter<Options>.options("parzen", [bandwidth.doc, validation.doc, candidates.doc]),
      returns: "three numbers",
      example: "local x = pn.randn(500, 2)\n"
        + "print(pn.metrics.parzen(x, pn.randn(100, 2), {validation = pn.randn(100, 2)}))"
    ) { _, x, test, options in
      let window = try ParzenWindow(x)
      let h: Double
      switch (try options[bandwidth], try options[validation]) {
      case (let given?, nil): h = given
      case (nil, let points?):
        h = try window.bestBandwidth(validation: points, among: options[candidates])
      default:
        throw TensorError(
          .value, "parzen", argument: "option (bandwidth)",
          expected: "either a bandwidth or validation points to choose it by",
          got: try options.has(bandwidth) ? "both" : "neither")
      }
      let result = try window.logLikelihood(of: test, bandwidths: [h])[0]
      return Several([result.mean, result.error, h])
    },
  ]

  static func samples(_ name: String, _ summary: String = "[n, ...], a point a row")
    -> Parameter<Tensor>
  {
    Parameter<Tensor>(name, .tensor, summary)
  }

  /// An option that another kernel has.
  private static func refuse(_ option: ParameterDoc, _ options: Options, _ kernel: String) throws {
    let any = Parameter<LuaValue>(option.name, .any)
    guard try options.has(any) else { return }
    throw TensorError(
      .value, "mmd", argument: "option (\(option.name))", "the \(kernel) kernel has none")
  }

  private static let order = Parameter<Double?>.optional("p", .number, "at least 1; 1 unless given")
  private static let slicedOrder = Parameter<Double>("p", .number, default: 2, "at least 1")
  private static let cells = Parameter<Int>("cells", .count, default: 50)
  private static let projections = Parameter<Int>(
    "projections", .count, default: 128, "random directions")
  /// A metric neither depends on the run's random numbers nor takes any of them away.
  static let generator = Parameter<Generator?>.optional(
    "generator", .object("Generator", GeneratorClass.definition),
    "of random choices; by default always the same ones")
  private static let unbiased = Parameter<Bool>(
    "unbiased", .boolean, default: true, "leave out pairs of a point with itself")
  private static let unbiasedOff = Parameter<Bool>(
    "unbiased", .boolean, default: false, "leave out pairs of a point with itself")
  private static let kernel = Parameter<String>(
    "kernel", .choice(["gaussian", "polynomial"]), default: "gaussian", shown: "\"gaussian\"")
  private static let bandwidths = Parameter<[Double]?>.optional(
    "bandwidths", .list(of: .positive),
    "σ of the Gaussian kernels; {¼, ½, 1, 2, 4} times the median distance unless given")
  private static let degree = Parameter<Int>("degree", .count, default: 3)
  private static let gamma = Parameter<Double?>.optional("gamma", .positive, "1/d unless given")
  private static let coefficient = Parameter<Double>("coef", .nonNegative, default: 1)
  private static let subsets = Parameter<Int>("subsets", .count, default: 100, "how many")
  private static let subsetSize = Parameter<Int>(
    "size", .count, default: 1000, "points of either set in a subset")
  private static let bins = Parameter<Int>(
    "bins", .count, default: 50, "cells along each dimension")
  private static let range = Parameter<[Double]?>.optional(
    "range", .list(of: .number), "{low, high} of the cells; that of all points unless given")
  private static let bandwidth = Parameter<Double?>.optional("bandwidth", .positive, "h")
  private static let validation = Parameter<Tensor?>.optional(
    "validation", .tensor, "points by which h is chosen")
  private static let candidates = Parameter<[Double]>(
    "bandwidths", .list(of: .positive),
    default: [0.1, 0.129, 0.167, 0.215, 0.278, 0.359, 0.464, 0.599, 0.774, 1],
    shown: "ten from 0.1 to 1", "what h is chosen among")
}

/// What samples are compared with.
enum SampleTarget {
  case samples(Tensor)
  case mixture(Mixture)
}

extension ParameterType where Value == SampleTarget {
  static let sampleTarget = ParameterType("Tensor or Mixture") { frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) {
      return .samples(tensor)
    }
    return try ParameterType<MixtureObject>.object("Mixture", MixtureClass.definition)
      .decode(frame, index).map { .mixture($0.mixture) }
  }
}

extension ParameterType where Value == [Double] {
  /// A histogram: numbers in a table, or a tensor.
  static let weights = ParameterType("Tensor or table of numbers") { frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) {
      return try tensor.doubles()
    }
    return try ParameterType<[Double]>.list(of: .number).decode(frame, index)
  }
}
