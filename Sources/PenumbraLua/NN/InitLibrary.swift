/// `pn.nn.init`: how parameters start.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum InitLibrary {
  static let library = Library(
    "pn.nn.init",
    "How parameters start. Each function fills a tensor in place, or the weights of a module: every "
      + "parameter called weight of at least two dimensions, normalisation layers' left out.",
    [
      initialiser("normal_", "Normal numbers", [("mean", 0), ("std", 1)]) {
        try .normal(mean: $0[0], std: $0[1])
      },
      initialiser(
        "trunc_normal_", "Normal numbers, conditioned on low to high",
        [("mean", 0), ("std", 1), ("low", -2), ("high", 2)]
      ) { try .truncatedNormal(mean: $0[0], std: $0[1], low: $0[2], high: $0[3]) },
      initialiser("uniform_", "Numbers uniform from low to high", [("low", 0), ("high", 1)]) {
        try .uniform(low: $0[0], high: $0[1])
      },
      initialiser(
        "orthogonal_", "gain times a random orthogonal matrix (Saxe et al. 2014)", [("gain", 1)]
      ) { .orthogonal(gain: $0[0]) },
      initialiser(
        "xavier_uniform_", "Uniform in ±gain √(6/(in + out)) (Glorot & Bengio 2010)", [("gain", 1)]
      ) { .xavierUniform(gain: $0[0]) },
      initialiser("xavier_normal_", "Normal with deviation gain √(2/(in + out))", [("gain", 1)]) {
        .xavierNormal(gain: $0[0])
      },
      kaiming(
        "kaiming_uniform_",
        "Uniform in ±√(6/((1 + slope²) fan)), for leaky rectifiers (He et al. 2015)"
      ) { .kaimingUniform(slope: $0, fan: $1) },
      kaiming("kaiming_normal_", "Normal with deviation √(2/((1 + slope²) fan))") {
        .kaimingNormal(slope: $0, fan: $1)
      },
      initialiser("constant_", "One value everywhere", [("value", 0)]) { .constant($0[0]) },
      initialiser("zeros_", "Zeros", []) { _ in .constant(0) },
      initialiser("ones_", "Ones", []) { _ in .constant(1) },
      Entry(
        "dcgan_",
        "DCGAN's start of a network: weights of affine layers and convolutions normal about 0, those of "
          + "normalisation layers about 1, biases 0; returns the module (Radford et al. 2016)",
        Parameter<Module>("module", .module),
        Parameter<Options>.options("dcgan_", [deviation.doc, Creation.generator.doc]),
        returns: "Module",
        example:
          "local G = pn.nn.Sequential(pn.nn.ConvTranspose2d(4, 2, 4), pn.nn.BatchNorm2d(2))\n"
          + "print(pn.nn.init.dcgan_(G))"
      ) { call, module, options in
        try Initializer.dcgan(
          module, std: options[deviation], using: NNLibrary.generator(call, options))
        return FirstArgument()
      },
      Entry(
        "calculate_gain",
        "The factor by which a nonlinearity shrinks a signal, undone: 5/3 for \"tanh\", √2 for "
          + "\"relu\", √(2/(1 + slope²)) for \"leaky_relu\", as PyTorch's",
        Parameter<String>(
          "nonlinearity",
          .choice(["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])),
        Parameter<Double>("slope", .number, default: 0.01), returns: "number",
        example: "print(pn.nn.init.calculate_gain(\"leaky_relu\", 0.2))"
      ) { _, name, slope in try Initializer.gain(name, slope: slope) },
    ])

  private static let deviation = Parameter<Double>("std", .nonNegative, default: 0.02)
  private static let slope = Parameter<Double>(
    "slope", .number, default: 0, "of the rectifier's negative side")
  private static let mode = Parameter<String>(
    "mode", .choice(["fan_in", "fan_out"]), default: "fan_in", shown: "\"fan_in\"",
    "inputs or outputs of a unit")

  private static func kaiming(
    _ name: String, _ summary: String,
    _ make: @escaping @Sendable (Double, Initializer.Fan) -> Initializer
  ) -> Entry {
    entry(name, summary, [slope.doc, mode.doc]) { options in
      make(try options[slope], try options[mode] == "fan_in" ? .input : .output)
    }
  }

  private static func initialiser(
    _ name: String, _ summary: String, _ numbers: [(name: String, standard: Double)],
    _ make: @escaping @Sendable ([Double]) throws -> Initializer
  ) -> Entry {
    let parameters = numbers.map { number in
      Parameter<Double>(
        number.name, .number, default: number.standard,
        shown: Int(exactly: number.standard).map(String.init))
    }
    return entry(name, summary, parameters.map(\.doc)) { options in
      try make(parameters.map { try options[$0] })
    }
  }

  private static func entry(
    _ name: String, _ summary: String, _ docs: [ParameterDoc],
    _ make: @escaping @Sendable (Options) throws -> Initializer
  ) -> Entry {
    Entry(
      name, summary + "; returns the target", Parameter<InitTarget>("target", .initTarget),
      Parameter<Options>.options(name, docs + [Creation.generator.doc]),
      returns: "Tensor or Module",
      example: "print(pn.nn.init.\(name)(pn.zeros(2, 2)))\n"
        + "pn.nn.init.\(name)(pn.nn.Linear(2, 3))"
    ) { call, target, options in
      let (recipe, generator) = (try make(options), try NNLibrary.generator(call, options))
      switch target {
      case .tensor(let tensor): try recipe.fill(tensor, using: generator)
      case .module(let module):
        guard try recipe.fill(weightsOf: module, using: generator) > 0 else {
          throw TensorError(
            .value, name, argument: "target", expected: "a module with weights",
            got: module.typeName)
        }
      }
      return FirstArgument()
    }
  }
}

/// A tensor, or a module whose weights are meant.
enum InitTarget {
  case tensor(Tensor)
  case module(Module)
}

extension ParameterType where Value == InitTarget {
  static let initTarget = ParameterType("Tensor or Module") { frame, index in
    if let module = frame.object(at: index, of: ModuleClass.definition) { return .module(module) }
    return try ParameterType<Tensor>.tensor.decode(frame, index).map { .tensor($0) }
  }
}
