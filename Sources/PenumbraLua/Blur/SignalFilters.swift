/// `pn.blur`: filters that smooth each example as a signal.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

/// A strength as filters of signals take it: one for all axes, or numbers for each axis.
enum SignalStrength {
  case same(StrengthSetting)
  case perAxis([Double])
}

extension ParameterType where Value == SignalStrength {
  static let signalStrength = ParameterType(
    "number, table of numbers, Tensor, Schedule or function of the step"
  ) { frame, index in
    if frame.type(at: index) == .table {
      return try ParameterType<[Double]>.list(of: .nonNegative).decode(frame, index).map(
        SignalStrength.perAxis)
    }
    return try ParameterType<StrengthSetting>.strength.decode(frame, index).map(SignalStrength.same)
  }
}

enum SignalFilters {
  private static let sigma = Parameter<SignalStrength>(
    "sigma", .signalStrength,
    "standard deviation in pixels; {down, across} for each axis; a tensor is learnable, [] for all, [n] "
      + "for each example, [n, c] also for each channel; for a schedule or function set "
      + "`filter.step = step`")
  private static let border = Parameter<String>(
    "border", .choice(FilterBorder.allCases.map(\.rawValue)), default: "reflect",
    shown: "\"reflect\"",
    "beyond the edge of abcd: dcb|abcd|cba reflect (SciPy's mirror), aaa|abcd|ddd replicate, "
      + "bcd|abcd|abc circular, zeros, cba|abcd|dcb symmetric (SciPy's reflect), or nothing and the "
      + "weights renormalised")
  private static let truncate = Parameter<Double>(
    "truncate", .positive, default: 3, "kernel radius in standard deviations")
  private static let kernel = Parameter<String>(
    "kernel", .choice(GaussianKernel.allCases.map(\.rawValue)), default: "sampled",
    shown: "\"sampled\"",
    "exp(−k²/2σ²) at whole pixels, or the discrete exp(−σ²) I_k(σ²), whose variance is σ² for small σ too"
  )
  private static let size = Parameter<[Int]?>.optional(
    "size", .list(of: .count),
    "{height, width}, {length} or {depth, height, width} of flat signals "
      + "[n, channels · ...]")
  private static let perAxis = Parameter<[Double]?>.optional(
    "per_axis", .list(of: .nonNegative), "factors of sigma for each axis")
  private static let perChannel = Parameter<Tensor?>.optional(
    "per_channel", .factors, "factors of sigma for each channel, a table or a tensor [channels]")
  private static let spectrum = Parameter<String>(
    "spectrum", .choice(HeatSpectrum.allCases.map(\.rawValue)), default: "lattice",
    shown: "\"lattice\"",
    "how a wave of θ radians a pixel fades: exp(−σ²(1 − cos θ)), all weights positive, or the continuous "
      + "Gaussian's exp(−σ²θ²/2)")
  private static let resample = Parameter<String>(
    "resample", .choice(PoolResampling.allCases.map(\.rawValue)), default: "nearest",
    shown: "\"nearest\"", "each element its block's mean, or straight lines between the means")
  private static let block = Parameter<Int?>.optional(
    "block", .count, "elements of a block along each axis, in place of sigma")
  private static let level = Parameter<Int?>.optional(
    "level", .integer, "0 is the signal itself, in place of sigma")
  private static let optionalSigma = Parameter<SignalStrength?>.optional(
    "sigma", .signalStrength, sigma.doc.summary)

  private static let everyGeometry = [size.doc, perAxis.doc, perChannel.doc]

  /// Makes a filter of the strength and the geometry that options give.
  private static func make(
    _ options: Options, _ strength: SignalStrength,
    _ make: (Strength, SignalGeometry) throws -> any Filter
  ) throws -> Instance<FilterObject> {
    var (setting, factors) = (StrengthSetting.fixed(.number(0)), try options[perAxis])
    switch strength {
    case .same(let same): setting = same
    case .perAxis(let values):
      guard factors == nil else {
        throw TensorError(
          .value, options.operation, argument: "per_axis",
          expected: "nothing where sigma is a table", got: "\(values.count) standard deviations")
      }
      // The greatest, times factors: a new sigma keeps the proportions.
      let greatest = values.max() ?? 0
      setting = .fixed(.number(greatest))
      factors = values.map { greatest > 0 ? $0 / greatest : 1 }
    }
    let geometry = SignalGeometry(
      size: try options[size], perAxis: factors, perChannel: try options[perChannel])
    return try FilterClass.make(setting) { try make($0, geometry) }
  }

  /// The strength of filters that exist for whole numbers too.
  private static func strength(
    _ options: Options, _ name: String, _ count: Int?, _ sigma: (Int) throws -> Double
  ) throws -> SignalStrength {
    switch (try options[optionalSigma], count) {
    case (let strength?, nil): return strength
    case (nil, let count?): return .same(.fixed(.number(try sigma(count))))
    default:
      throw TensorError(
        .value, options.operation, argument: "sigma", expected: "either sigma or \(name)",
        got: count == nil ? "neither" : "both")
    }
  }

  static let entries = [
    Entry(
      "gaussian",
      "Of the signal: [n, c, l], [n, c, h, w] or [n, c, d, h, w] convolved with a Gaussian of standard "
        + "deviation sigma pixels along each axis",
      Parameter<Options>.options(
        "gaussian", [sigma.doc, border.doc, truncate.doc, kernel.doc] + everyGeometry),
      returns: "Filter",
      example: "local A = pn.blur.gaussian{sigma = 1}\nprint(A(pn.rand(1, 1, 4, 4)))\n"
        + "local learnable = pn.tensor(1.5):requires_grad_()\n"
        + "pn.blur.gaussian{sigma = learnable}(pn.rand(1, 1, 4, 4)):sum():backward()"
    ) { _, options in
      try make(options, options[sigma]) {
        try GaussianBlur(
          sigma: $0, border: FilterBorder(rawValue: options[border]) ?? .reflect,
          truncate: options[truncate],
          kernel: GaussianKernel(rawValue: options[kernel]) ?? .sampled, geometry: $1)
      }
    },
    Entry(
      "box",
      "Of the signal: the mean over a box along each axis, its ends fractional so that its standard "
        + "deviation is exactly sigma: weights (f, 1, ..., 1, f)/(2j + 1 + 2f), about 2√3·sigma wide",
      Parameter<Options>.options("box", [sigma.doc, border.doc] + everyGeometry), returns: "Filter",
      example: "local A = pn.blur.box{sigma = {1, 2}, border = \"symmetric\"}\n"
        + "print(A(pn.rand(1, 1, 4, 4)))"
    ) { _, options in
      try make(options, options[sigma]) {
        try BoxBlur(
          sigma: $0, border: FilterBorder(rawValue: options[border]) ?? .reflect, geometry: $1)
      }
    },
    Entry(
      "binomial",
      "Of the signal: smoothed 2·sigma² times by (1/4, 1/2, 1/4) along each axis, a part of a time where "
        + "that is not whole; its standard deviation is exactly sigma",
      Parameter<Options>.options("binomial", [sigma.doc, border.doc] + everyGeometry),
      returns: "Filter",
      example:
        "print(pn.blur.binomial{sigma = 2 ^ -0.5, border = \"zero\"}(pn.tensor{{{0, 1.5, 0}}}))"
    ) { _, options in
      try make(options, options[sigma]) {
        try BinomialBlur(
          sigma: $0, border: FilterBorder(rawValue: options[border]) ?? .reflect, geometry: $1)
      }
    },
    Entry(
      "heat",
      "Of the signal: heat flow for a time sigma² through whose border nothing passes, exact for every "
        + "sigma and as fast for any; A_σ A_τ = A_√(σ² + τ²)",
      Parameter<Options>.options("heat", [sigma.doc, spectrum.doc] + everyGeometry),
      returns: "Filter",
      example: "local x = pn.rand(1, 1, 4, 4, {dtype = \"float64\"})\n"
        + "local heat = pn.blur.heat\n"
        + "assert(heat{sigma = 3}(heat{sigma = 4}(x)):allclose(heat{sigma = 5}(x)))"
    ) { _, options in
      try make(options, options[sigma]) {
        try HeatBlur(
          sigma: $0, spectrum: HeatSpectrum(rawValue: options[spectrum]) ?? .lattice, geometry: $1)
      }
    },
    Entry(
      "average_pool",
      "Of the signal: means of blocks, resampled to the old size; sigma² is the variance averaged over "
        + "places, (k² − 1)/6 for nearest blocks of k and ⌊k²/4⌋ for linear ones, mixed in between",
      Parameter<Options>.options(
        "average_pool", [optionalSigma.doc, block.doc, resample.doc] + everyGeometry),
      returns: "Filter",
      example: "print(pn.blur.average_pool{block = 2}(pn.tensor{{{1.5, 2, 3, 4}}}))"
    ) { _, options in
      let mode = PoolResampling(rawValue: try options[resample]) ?? .nearest
      let strength = try strength(options, "block", options[block]) {
        try AveragePoolBlur.sigma(block: $0, mode)
      }
      return try make(options, strength) {
        try AveragePoolBlur(sigma: $0, resampling: mode, geometry: $1)
      }
    },
    Entry(
      "pyramid",
      "Of the signal: down a Gaussian pyramid and up again; level ℓ has sigma² = 2(4^ℓ − 1)/3, mixed in "
        + "between",
      Parameter<Options>.options("pyramid", [optionalSigma.doc, level.doc] + everyGeometry),
      returns: "Filter",
      example:
        "local A = pn.blur.pyramid{level = 1}\nassert(math.abs(A.sigma - math.sqrt(2)) < 1e-9)\n"
        + "print(A(pn.rand(1, 1, 4, 4)))"
    ) { _, options in
      let strength = try strength(options, "level", options[level]) {
        try PyramidBlur.sigma(level: $0)
      }
      return try make(options, strength) { try PyramidBlur(sigma: $0, geometry: $1) }
    },
    Entry(
      "pyramid_levels",
      "The levels of a Gaussian pyramid, each half as long along each axis: x, and x smoothed by "
        + "(1, 4, 6, 4, 1)/16 and every second element taken, again and again",
      Parameter<Tensor>("x", .tensor), Parameter<Int>("levels", .count),
      returns: "table of Tensors",
      example: "local levels = pn.blur.pyramid_levels(pn.rand(2, 1, 28, 28), 3)\n"
        + "assert(#levels == 3 and levels[3]:size(4) == 7)"
    ) { _, x, count in try PyramidBlur.levels(of: x, count: count) },
  ]
}

extension ParameterType where Value == Tensor {
  /// A tensor, or a table of numbers as a float64 one.
  fileprivate static let factors = ParameterType("Tensor or table of numbers") { frame, index in
    guard frame.type(at: index) == .table else { return try tensor.decode(frame, index) }
    return try ParameterType<[Double]>.list(of: .nonNegative).decode(frame, index).map {
      try Tensor($0, Shape($0.count), dtype: .float64)
    }
  }
}
