/// `pn.data`: mixtures, MNIST, batches.

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
          "mixture", [modes.doc, radius.doc, sigma.doc, spacing.doc, Creation.generator.doc]),
        returns: "Mixture", example: "print(pn.data.mixture(\"ring\"):sample(3))"
      ) { call, name, options in
        var settings = Mixture.Options()
        settings.modes = try options[modes]
        settings.radius = try options[radius]
        settings.sigma = try options[sigma]
        settings.spacing = try options[spacing]
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
        "mnist",
        "MNIST from a folder of IDX files (plain or gzip): images [n, 1, 28, 28] and labels "
          + "1 ... 10 (digit + 1)", Parameter<String>("folder", .string),
        Parameter<Options>.options("mnist", [split.doc, scale.doc]), returns: "Dataset",
        example: "local ok, message = pcall(pn.data.mnist, \"/nowhere\")\nassert(not ok)"
      ) { _, folder, options in
        let data = try MNIST.load(
          folder: folder, split: MNIST.Split(rawValue: options[split]) ?? .train,
          scale: MNIST.Scale(rawValue: options[scale]) ?? .unit)
        return Instance(
          DatasetObject([data.images, try data.labels.add(1)]), DatasetClass.definition)
      },
      Entry(
        "dataset", "Tensors with the same first extent, example by example",
        Parameter<[Tensor]>("tensors", .list(of: .tensor)), returns: "Dataset",
        example: "local d = pn.data.dataset{pn.randn(10, 2)}\n"
          + "for step, x in d:batches{size = 5} do print(step, x:size(1)) end"
      ) { _, tensors in Instance(DatasetObject(tensors), DatasetClass.definition) },
    ])

  private static let modes = Parameter<Int?>.optional("modes", .count, "number of modes")
  private static let radius = Parameter<Double?>.optional("radius", .positive, "of the ring")
  private static let sigma = Parameter<Double?>.optional("sigma", .positive, "of each mode")
  private static let spacing = Parameter<Double?>.optional("spacing", .positive, "of the grid")
  private static let split = Parameter<String>(
    "split", .choice(["train", "test"]), default: "train", shown: "\"train\"")
  private static let scale = Parameter<String>(
    "scale", .choice(["unit", "symmetric"]), default: "unit", shown: "\"unit\"",
    "[0, 1] or [−1, 1]")
}
