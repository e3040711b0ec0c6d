/// `pn.data`: mixtures and tensors in memory; what comes from files stands beside it.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

enum DataLibrary {
  static let library = Library(
    "pn.data", "What a GAN learns from.",
    [
      Entry(
        "mixture", "A Gaussian mixture of a known name: " + Mixture.names.joined(separator: ", "),
        Parameter<String>("name", .choice(Mixture.names)),
        Parameter<Options>.options(
          "mixture",
          [
            modes.doc, radius.doc, sigma.doc, side.doc, spacing.doc, extent.doc, ratio.doc,
            Creation.generator.doc,
          ]),
        returns: "Mixture", example: "print(pn.data.mixture(\"ring\"):sample(3))"
      ) { call, name, options in
        var settings = Mixture.Options()
        settings.modes = try options[modes]
        settings.radius = try options[radius]
        settings.sigma = try options[sigma]
        settings.side = try options[side]
        settings.spacing = try options[spacing]
        settings.extent = try options[extent]
        settings.ratio = try options[ratio]
        return Instance(
          MixtureObject(
            try Mixture.named(
              name, settings, using: options[Creation.generator] ?? call.context.generator)),
          MixtureClass.definition)
      },
      Entry(
        "line", "A 1-D Gaussian mixture of the given means and standard deviations",
        Parameter<[Double]>("means", .list(of: .number)),
        Parameter<[Double]>("sigmas", .list(of: .positive)), returns: "Mixture",
        example: "print(pn.data.line({-1, 1}, {0.1, 0.1}):sample(3))"
      ) { _, means, sigmas in
        Instance(
          MixtureObject(try Mixture.line(means: means, sigmas: sigmas)), MixtureClass.definition)
      },
      Entry(
        "gaussians",
        "A mixture of Gaussians N(μ, σ² I) in any dimension: their means, one σ or one for each, and "
          + "weights in any proportion",
        Parameter<[[Double]]>("means", .list(of: .list(of: .number)), "{{x, y}, ...}"),
        Parameter<[Double]>("sigmas", .positives),
        Parameter<Options>.options("gaussians", [weights.doc]), returns: "Mixture",
        example: "local m = pn.data.gaussians({{0, 0}, {3, 4}}, 0.5, {weights = {1, 3}})\n"
          + "print(m, m.weights[2])"
      ) { _, means, sigmas, options in
        Instance(
          MixtureObject(
            try Mixture(
              means: means, sigmas: sigmas, weights: options[weights], name: "gaussians")),
          MixtureClass.definition)
      },
      Entry(
        "dataset", "Tensors with the same first extent, example by example",
        Parameter<[Tensor]>("tensors", .list(of: .tensor)), returns: "Dataset",
        example: "local d = pn.data.dataset{pn.randn(10, 2)}\n"
          + "for step, x in d:batches{size = 5} do print(step, x:size(1)) end"
      ) { _, tensors in Instance(DatasetObject(tensors), DatasetClass.definition) },
      StackedClass.entry,
    ] + DigitEntries.entries + TableEntries.entries)

  private static let modes = Parameter<Int?>.optional("modes", .count, "number of modes")
  private static let radius = Parameter<Double?>.optional("radius", .positive, "of the ring")
  private static let sigma = Parameter<Double?>.optional("sigma", .positive, "of each mode")
  private static let spacing = Parameter<Double?>.optional("spacing", .positive, "of the grid")
  private static let side = Parameter<Int?>.optional("side", .count, "modes along the grid's edge")
  private static let extent = Parameter<Double?>.optional(
    "extent", .positive, "half the edge of irregular's square")
  private static let ratio = Parameter<Double?>.optional(
    "ratio", .positive, "from one weight of imbalanced to the next")
  private static let weights = Parameter<[Double]?>.optional(
    "weights", .list(of: .positive), "equal unless given")
}

extension ParameterType where Value == [Double] {
  /// One positive number or a table of them.
  fileprivate static let positives = ParameterType("number > 0 or table of them") { frame, index in
    if let one = try ParameterType<Double>.positive.decode(frame, index) { return [one] }
    return try ParameterType<[Double]>.list(of: .positive).decode(frame, index)
  }
}
