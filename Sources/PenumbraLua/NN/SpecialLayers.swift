/// `pn.nn`: dropout, and layers that GANs are known for.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum SpecialLayers {
  static let entries: [Entry] = dropouts + minibatch + weights

  private static let dropouts: [Entry] =
    [
      drop(
        "Dropout",
        "In training, zeroes elements with probability p and scales the rest by 1/(1 − p)",
        .elements),
      drop(
        "AlphaDropout", "Dropout that keeps mean and variance of SELU's values", .alpha),
    ]
    + (1...3).map { dimensions in
      drop(
        "Dropout\(dimensions)d",
        "As Dropout for whole channels of [n, c, \(Spatial.sizes[dimensions - 1])]",
        .channels(dimensions: dimensions))
    }

  private static func drop(_ name: String, _ summary: String, _ kind: Dropout.Kind) -> Entry {
    Entry(
      name, summary, Parameter<Double>("p", .probability, default: 0.5),
      Parameter<Options>.options(name, [Creation.generator.doc]), returns: "Module",
      example: "print(pn.nn.\(name)(0.5)(pn.ones(2, 3, 4)):size(3))"
    ) { call, p, options in
      NNLibrary.module(try Dropout(p, kind, using: NNLibrary.generator(call, options)))
    }
  }

  private static let minibatch: [Entry] = [
    Entry(
      "MinibatchDiscrimination",
      "[x, o] with o_ib = Σ_{j≠i} exp(−‖M_ib − M_jb‖₁), M = x T: how close the batch's other examples "
        + "are in `output` learned projections of `kernel` dimensions; [n, input] → "
        + "[n, input + output] (Salimans et al. 2016)", Parameter<Int>("input", .count),
      Parameter<Int>("output", .count), Parameter<Int>("kernel", .count, default: 5),
      Parameter<Options>.options(
        "MinibatchDiscrimination", [Creation.dtype.doc, Creation.generator.doc]),
      returns: "Module",
      example: "print(pn.nn.MinibatchDiscrimination(3, 2)(pn.randn(4, 3)):size(2))"
    ) { call, input, output, kernel, options in
      NNLibrary.module(
        try MinibatchDiscrimination(
          input, output, kernel: kernel, dtype: options[Creation.dtype],
          using: NNLibrary.generator(call, options)))
    },
    Entry(
      "MinibatchStdDev",
      "x with one more channel: the mean standard deviation over groups of examples, the same at all "
        + "places; [n, c, ...] → [n, c + channels, ...] (Karras et al. 2018)",
      Parameter<Options>.options("MinibatchStdDev", [group.doc, channels.doc]), returns: "Module",
      example: "print(pn.nn.MinibatchStdDev()(pn.randn(8, 3, 4, 4)):size(2))"
    ) { _, options in
      NNLibrary.module(
        try MinibatchStdDev(group: options[group], channels: options[channels]))
    },
    Entry(
      "GradientReversal",
      "y = x whose gradient is −scale times what comes (Ganin & Lempitsky 2015)",
      Parameter<Double>("scale", .number, default: 1), returns: "Module",
      example: "local x = pn.ones(2):requires_grad_()\n"
        + "pn.nn.GradientReversal(0.5)(x):sum():backward()\nprint(x.grad)"
    ) { _, scale in NNLibrary.module(try GradientReversal(scale: scale)) },
  ]

  private static let group = Parameter<Int>(
    "group", .count, default: 4, "examples in a group; it must divide the batch, or be larger")
  private static let channels = Parameter<Int>(
    "channels", .count, default: 1, "new channels, each of a block of the old ones")

  private static let weights: [Entry] = [
    Entry(
      "SpectralNorm",
      "Runs a layer with its weight divided by its greatest singular value, which power iterations in "
        + "training track (Miyato et al. 2018)", Parameter<Module>("module", .module),
      Parameter<Options>.options(
        "SpectralNorm", [name.doc, dim.doc, iterations.doc, eps.doc, Creation.generator.doc]),
      returns: "Module",
      example: "local D = pn.nn.Sequential(pn.nn.SpectralNorm(pn.nn.Linear(2, 8)), pn.nn.ReLU(),\n"
        + "  pn.nn.SpectralNorm(pn.nn.Linear(8, 1)))\nprint(D(pn.randn(4, 2)))"
    ) { call, module, options in
      try ContainerEntries.container(
        call,
        SpectralNorm(
          module, parameter: options[name], dimension: options[dim],
          iterations: options[iterations], epsilon: options[eps],
          using: NNLibrary.generator(call, options)))
    },
    Entry(
      "WeightNorm",
      "Runs a layer with g · V/‖V‖ as its weight: V is the layer's own parameter, g the lengths of V's "
        + "slices along a dimension (Salimans & Kingma 2016)", Parameter<Module>("module", .module),
      Parameter<Options>.options("WeightNorm", [name.doc, axis.doc]), returns: "Module",
      example: "print(pn.nn.WeightNorm(pn.nn.Linear(2, 8))(pn.randn(4, 2)):size(2))"
    ) { call, module, options in
      try ContainerEntries.container(
        call, WeightNorm(module, parameter: options[name], dimension: options[axis]))
    },
  ]

  private static let name = Parameter<String>(
    "name", .string, default: "weight", shown: "\"weight\"", "which parameter")
  private static let dim = Parameter<Int?>.optional(
    "dim", .dimension, "the rows' dimension; when left out 1, for transposed convolutions 2")
  private static let axis = Parameter<Int>("dim", .dimension, default: 0, shown: "1")
  private static let iterations = Parameter<Int>(
    "n_power_iterations", .count, default: 1, "for each run in training")
  private static let eps = Parameter<Double>("eps", .positive, default: 1e-12, "keeps norms off 0")
}
