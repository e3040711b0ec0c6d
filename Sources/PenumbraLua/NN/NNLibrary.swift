/// `pn.nn`: layers, user modules, functional calls, initialisers.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraOptim
internal import PenumbraTensor

enum NNLibrary {
  static let library = Library(
    "pn.nn", "Layers and networks.",
    layers + ConvolutionLayers.entries + activations + containers + functions)

  static func module(_ module: Module) -> Instance<Module> {
    Instance(module, ModuleClass.definition)
  }

  private static let generator = Creation.generator
  private static let dtype = Creation.dtype
  static let bias = Parameter<Bool>("bias", .boolean, default: true, "add a bias")
  private static let eps = Parameter<Double>(
    "eps", .positive, default: 1e-5, "added to the variance")
  private static let momentum = Parameter<Double>(
    "momentum", .probability, default: 0.1, "weight of the newest batch in the running statistics")
  private static let normType = Parameter<Double>(
    "norm_type", .number, default: 2, "p; math.huge for the greatest magnitude")
  private static let errorIfNonfinite = Parameter<Bool>(
    "error_if_nonfinite", .boolean, default: false, "an infinite or undefined norm is an error")
  private static let affine = Parameter<Bool>("affine", .boolean, default: true, "scale and shift")

  private static let layers: [Entry] = [
    Entry(
      "Linear", "x Wᵀ + b: [..., input] → [..., output]; parameters start uniform in ±1/√input",
      Parameter<Int>("input", .count), Parameter<Int>("output", .count),
      Parameter<Options>.options("Linear", [bias.doc, dtype.doc, generator.doc]),
      returns: "Module", example: "print(pn.nn.Linear(2, 3)(pn.ones(4, 2)))"
    ) { call, input, output, options in
      module(
        try Linear(
          input, output, bias: options[bias], dtype: options[dtype],
          using: options[generator] ?? call.context.generator))
    },
    batchNorm(
      "BatchNorm1d", "Normalises [n, features] or [n, features, length] by the batch", .one),
    batchNorm("BatchNorm2d", "Normalises [n, features, h, w] by the batch", .two),
    Entry(
      "LayerNorm", "Normalises over the last dimensions, which have the given sizes",
      Parameter<[Int]>("shape", .list(of: .count)),
      Parameter<Options>.options("LayerNorm", [eps.doc, affine.doc, dtype.doc]),
      returns: "Module", example: "print(pn.nn.LayerNorm({3})(pn.randn(2, 3)))"
    ) { _, shape, options in
      module(
        try LayerNorm(
          try Shape(shape, operation: "LayerNorm"), epsilon: options[eps], affine: options[affine],
          dtype: options[dtype]))
    },
    Entry(
      "Dropout", "In training, zeroes elements with probability p and scales the rest by 1/(1−p)",
      Parameter<Double>("p", .probability, default: 0.5),
      Parameter<Options>.options("Dropout", [generator.doc]), returns: "Module",
      example: "print(pn.nn.Dropout(0.5)(pn.ones(4)))"
    ) { call, p, options in
      module(try Dropout(p, using: options[generator] ?? call.context.generator))
    },
    Entry(
      "Embedding", "A row of a table for each label (counted from 1): [...] → [..., dimension]",
      Parameter<Int>("count", .count), Parameter<Int>("dimension", .count),
      Parameter<Options>.options("Embedding", [dtype.doc, generator.doc]), returns: "Module",
      example: "print(pn.nn.Embedding(10, 3)(pn.tensor{1, 10}))"
    ) { call, count, dimension, options in
      module(
        try Embedding(
          count, dimension, firstIndex: 1, dtype: options[dtype],
          using: options[generator] ?? call.context.generator))
    },
    Entry(
      "Flatten", "[n, ...] → [n, features]", returns: "Module",
      example: "print(pn.nn.Flatten()(pn.zeros(2, 3, 4)))"
    ) { _ in module(Flatten()) },
    Entry(
      "Reshape", "[n, ...] → [n] followed by the given sizes", ShapeArguments.parameter,
      returns: "Module", example: "print(pn.nn.Reshape(1, 2, 2)(pn.zeros(3, 4)))"
    ) { _, shape in module(Reshape(shape)) },
    Entry("Identity", "x", returns: "Module", example: "print(pn.nn.Identity()(pn.ones(2)))") { _ in
      module(Identity())
    },
  ]

  private static func batchNorm(_ name: String, _ summary: String, _ rank: BatchNorm.Kind) -> Entry
  {
    Entry(
      name, summary, Parameter<Int>("features", .count),
      Parameter<Options>.options(name, [eps.doc, momentum.doc, affine.doc, dtype.doc]),
      returns: "Module",
      example: "print(pn.nn.\(name)(3)(pn.randn(\(rank == .one ? "4, 3" : "4, 3, 2, 2"))):size(2))"
    ) { _, features, options in
      module(
        try BatchNorm(
          features, rank, epsilon: options[eps], momentum: options[momentum],
          affine: options[affine], dtype: options[dtype]))
    }
  }

  private static let activations: [Entry] = [
    activation("ReLU", "max(x, 0)") { Activation.relu() },
    activation("Tanh", "tanh x") { Activation.tanh() },
    activation("Sigmoid", "1/(1 + e⁻ˣ)") { Activation.sigmoid() },
    activation("Softplus", "log(1 + eˣ)") { Activation.softplus() },
    activation("GELU", "x Φ(x)") { Activation.gelu() },
    activation("SiLU", "x σ(x)") { Activation.silu() },
    Entry(
      "LeakyReLU", "x where x > 0, slope·x elsewhere",
      Parameter<Double>("slope", .number, default: 0.01), returns: "Module",
      example: "print(pn.nn.LeakyReLU(0.2)(pn.tensor{-1.0, 1.0}))"
    ) { _, slope in module(Activation.leakyReLU(slope: slope)) },
    Entry(
      "ELU", "x where x > 0, alpha (eˣ − 1) elsewhere",
      Parameter<Double>("alpha", .number, default: 1), returns: "Module",
      example: "print(pn.nn.ELU()(pn.tensor{-1.0, 1.0}))"
    ) { _, alpha in module(Activation.elu(alpha: alpha)) },
    Entry(
      "Maxout", "The greatest of `pieces` neighbouring features: [..., n·pieces] → [..., n]",
      Parameter<Int>("pieces", .count), returns: "Module",
      example: "print(pn.nn.Maxout(2)(pn.tensor{{1.0, 2.0, 5.0, 3.0}}))"
    ) { _, pieces in module(try Maxout(pieces: pieces)) },
  ]

  private static func activation(
    _ name: String, _ summary: String, _ make: @escaping @Sendable () -> Module
  ) -> Entry {
    Entry(
      name, summary, returns: "Module", example: "print(pn.nn.\(name)()(pn.tensor{-1.0, 1.0}))"
    ) { _ in module(make()) }
  }

  private static let containers: [Entry] = [
    Entry(
      "Sequential", "Modules one after the other", ModuleArguments.parameter, returns: "Module",
      example: "print(pn.nn.Sequential(pn.nn.Linear(2, 8), pn.nn.ReLU(), pn.nn.Linear(8, 1)))"
    ) { call, layers in
      let sequential = try Sequential(layers)
      // A child that was made by a script lives only as long as its userdata.
      try sequential.anchor(
        call.frame.state, .array(layers.map { .object($0, of: ModuleClass.definition) }))
      return module(sequential)
    },
    Entry(
      "module",
      "A module of your own: a table with forward = function(self, x), child modules, "
        + "tensors and anything else; tensors that require a gradient are parameters",
      Parameter<LuaReference>("fields", .table), returns: "Module",
      example: "local net = pn.nn.module{\n  inner = pn.nn.Linear(2, 2),\n"
        + "  forward = function(self, x) return x + self.inner(x) end,\n}\n"
        + "print(net(pn.ones(1, 2)), #net:parameters())"
    ) { call, _ in module(try LuaModule.make(call, tableAt: 1)) },
  ]

  private static let functions: [Entry] = [
    Entry(
      "functional_call",
      "Runs a module with other tensors in place of its parameters (by dotted "
        + "name), as unrolled GANs need", Parameter<Module>("module", .module),
      Parameter<[(name: String, tensor: Tensor)]>("parameters", .namedTensors),
      Parameter<Tensor>("input", .tensor), returns: "Tensor",
      example: "local net = pn.nn.Linear(2, 1)\nlocal w = pn.zeros(1, 2)\n"
        + "print(pn.nn.functional_call(net, {weight = w}, pn.ones(1, 2)))"
    ) { _, module, parameters, input in
      let replacements = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
      return try module.withParameters(replacements) { try module.forward(input) }
    },
    Entry(
      "clip_grad_norm_",
      "Scales the gradients by min(1, max_norm / (‖g‖_p + 10⁻⁶)), one norm over all; returns the "
        + "norm before", Parameter<[Tensor]>("parameters", .oneOrMore),
      Parameter<Double>("max_norm", .number),
      Parameter<Options>.options("clip_grad_norm_", [normType.doc, errorIfNonfinite.doc]),
      returns: "number",
      example: "print(pn.nn.clip_grad_norm_(pn.nn.Linear(2, 1):parameters(), 1))"
    ) { _, parameters, limit, options in
      try GradientClipping.clipNorm(
        of: parameters, to: limit, p: options[normType],
        throwsIfNonfinite: options[errorIfNonfinite])
    },
    Entry(
      "clip_grad_value_", "Holds every element of the gradients within ±clip_value",
      Parameter<[Tensor]>("parameters", .oneOrMore), Parameter<Double>("clip_value", .number),
      returns: "nothing",
      example: "pn.nn.clip_grad_value_(pn.nn.Linear(2, 1):parameters(), 0.1)"
    ) { _, parameters, limit in
      try GradientClipping.clipValue(of: parameters, to: limit)
      return NoResult()
    },
    initialiser("normal_", "Fills with normal numbers", "mean", 0, "std", 1) {
      try .normal(mean: $0, std: $1)
    },
    initialiser("uniform_", "Fills with uniform numbers", "low", 0, "high", 1) {
      try .uniform(low: $0, high: $1)
    },
    initialiser("orthogonal_", "Fills with a random orthogonal matrix", "gain", 1, nil, 0) {
      gain, _ in .orthogonal(gain: gain)
    },
    initialiser("xavier_uniform_", "Glorot and Bengio's uniform start", "gain", 1, nil, 0) {
      gain, _ in .xavierUniform(gain: gain)
    },
    initialiser("kaiming_uniform_", "He's uniform start for slope", "slope", 0, nil, 0) {
      slope, _ in .kaimingUniform(slope: slope)
    },
  ]

  private static func initialiser(
    _ name: String, _ summary: String, _ first: String, _ firstValue: Double, _ second: String?,
    _ secondValue: Double,
    _ make: @escaping @Sendable (Double, Double) throws -> Initializer
  ) -> Entry {
    let a = Parameter<Double>(first, .number, default: firstValue)
    let b = Parameter<Double>(second ?? "unused", .number, default: secondValue)
    return Entry(
      name, summary + ", in place; returns the tensor", Parameter<Tensor>("tensor", .tensor),
      Parameter<Options>.options(
        name, [a.doc] + (second == nil ? [] : [b.doc]) + [generator.doc]),
      returns: "Tensor", example: "print(pn.nn.\(name)(pn.zeros(2, 2)))"
    ) { call, tensor, options in
      let second = second == nil ? secondValue : try options[b]
      try make(options[a], second).fill(
        tensor, using: options[generator] ?? call.context.generator)
      return FirstArgument()
    }
  }
}

/// `a, b, c` or `{a, b, c}`: modules given one by one or in a table.
enum ModuleArguments {
  static let parameter = Parameter<[Module]>(
    doc: ParameterDoc(
      name: "...", type: "Modules, or a table of them", standard: nil, summary: ""),
    type: ParameterType("Modules, or a table of them") { frame, first in
      if frame.type(at: first) == .table {
        return try ParameterType<[Module]>.list(of: .module).decode(frame, first)
      }
      return try (first..<max(first, frame.argumentCount + 1)).map { index in
        guard let module = try ParameterType<Module>.module.decode(frame, index) else {
          throw BadValue(
            expected: "a Module as argument \(index), got \(frame.describe(at: index))")
        }
        return module
      }
    })
}
