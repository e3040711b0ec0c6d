/// Gaussian mixtures as Lua objects.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

/// A mixture as a Lua object.
final class MixtureObject {
  let mixture: Mixture

  init(_ mixture: Mixture) { self.mixture = mixture }
}

enum MixtureClass {
  static let definition: LuaClass<MixtureObject> = LuaClass<MixtureObject>(
    "Mixture", methods: library.methods,
    metamethods: [
      (
        "__tostring",
        { frame in
          let mixture = try frame.requireObject(at: 1, of: definition).mixture
          frame.returns(
            "Mixture(\(mixture.name), modes=\(mixture.modeCount), dimension=\(mixture.dimension))")
        }
      )
    ],
    index: { frame in
      let mixture = try frame.requireObject(at: 1, of: definition).mixture
      switch frame.string(at: 2) {
      case "modes": frame.returns(mixture.modeCount)
      case "dimension": frame.returns(mixture.dimension)
      case "rms": frame.returns(mixture.rms)
      case "means":
        try LuaValue.array(mixture.means.map { .array($0.map(\.luaValue)) }).give(to: frame)
      case "sigmas": try frame.returns(numbers: mixture.sigmas)
      case "weights": try frame.returns(numbers: mixture.weights)
      case "name": frame.returns(mixture.name)
      default: throw frame.unknownField(at: 2)
      }
    })

  static let fields = ["modes", "dimension", "rms", "means", "sigmas", "weights", "name"]

  private static let this = Parameter<MixtureObject>("self", .object("Mixture", definition))

  static let library = Library(
    "Mixture", "A Gaussian mixture.", isClass: true,
    [
      Entry(
        "sample", "n points: [n, dimension]", this, Parameter<Int>("n", .count),
        Parameter<Options>.options("sample", [Creation.generator.doc]), returns: "Tensor",
        example: "print(pn.data.mixture(\"grid\"):sample(4))"
      ) { call, object, count, options in
        try object.mixture.sample(
          count, using: options[Creation.generator] ?? call.context.generator)
      },
      Entry(
        "density", "The probability density at points [n, dimension]", this,
        Parameter<Tensor>("points", .tensor), returns: "Tensor",
        example: "print(pn.data.mixture(\"line6\"):density(pn.tensor{{0.0}, {2.0}}))"
      ) { _, object, points in try object.mixture.density(at: points) },
      Entry(
        "log_density", "log p at points [n, dimension], finite far from all modes, too", this,
        Parameter<Tensor>("points", .tensor), returns: "Tensor",
        example: "print(pn.data.mixture(\"ring\"):log_density(pn.tensor{{9.0, 9.0}}))"
      ) { _, object, points in try object.mixture.logDensity(at: points) },
      Entry(
        "labelled_sample", "n points [n, dimension], and the mode that each came from [n]", this,
        Parameter<Int>("n", .count),
        Parameter<Options>.options("labelled_sample", [Creation.generator.doc]),
        returns: "two Tensors",
        example: "print(pn.data.mixture(\"grid\"):labelled_sample(4))"
      ) { call, object, count, options in
        let drawn = try object.mixture.labelledSample(
          count, using: options[Creation.generator] ?? call.context.generator)
        return Pair(drawn.points, IndexTensor(positions: drawn.modes))
      },
      Entry(
        "scaled", "The mixture of the points times a factor", this,
        Parameter<Double>("factor", .positive), returns: "Mixture",
        example: "local m = pn.data.mixture(\"ring\")\nprint(m:scaled(1 / m.rms).rms)"
      ) { _, object, factor in
        Instance(MixtureObject(try object.mixture.scaled(by: factor)), definition)
      },
      Entry(
        "batches", "Fresh samples each step: for step, x in mixture:batches{...} do", this,
        Parameter<Options>.options(
          "batches", [BatchOptions.size.doc, BatchOptions.steps.doc, Creation.generator.doc]),
        returns: "Batches",
        example: "for step, x in pn.data.mixture(\"ring\"):batches{size = 4, steps = 2} do\n"
          + "  print(step, x)\nend"
      ) { call, object, options in
        Instance(
          BatchesObject(
            try SampledBatches(
              object.mixture, size: options[BatchOptions.size], steps: options[BatchOptions.steps],
              using: options[Creation.generator] ?? call.context.generator)),
          BatchesClass.definition)
      },
    ])
}
