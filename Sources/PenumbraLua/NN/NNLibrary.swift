/// `pn.nn`: layers, user modules, functional calls.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraOptim
internal import PenumbraTensor

enum NNLibrary {
  static let library = Library(
    "pn.nn", "Layers and networks.",
    AffineLayers.entries + NormalizationLayers.entries + ConditionalLayers.entries
      + ShapeLayers.entries + ConvolutionLayers.entries + PoolingLayers.entries
      + ActivationLayers.entries + SpecialLayers.entries + ContainerEntries.entries + functions)

  static func module(_ module: Module) -> Instance<Module> {
    Instance(module, ModuleClass.definition)
  }

  /// The generator of an options table, or the state's.
  static func generator(_ call: Call, _ options: Options) throws -> Generator {
    try options[Creation.generator] ?? call.context.generator
  }

  static let bias = Parameter<Bool>("bias", .boolean, default: true, "add a bias")
  private static let normType = Parameter<Double>(
    "norm_type", .number, default: 2, "p; math.huge for the greatest magnitude")
  private static let errorIfNonfinite = Parameter<Bool>(
    "error_if_nonfinite", .boolean, default: false, "an infinite or undefined norm is an error")

  /// All arguments from here on: tensors for layers, anything for a script's own module.
  private static let arguments = Parameter<Int>(
    doc: ParameterDoc(
      name: "...", type: "Tensors", standard: nil, summary: "what the module takes"),
    type: ParameterType("Tensors") { _, first in first })

  private static let functions: [Entry] = [
    Entry(
      "functional_call",
      "Runs a module with other tensors in place of its parameters and buffers (by dotted name), as "
        + "unrolled GANs need; derivatives flow into them", Parameter<Module>("module", .module),
      Parameter<[(name: String, tensor: Tensor)]>("parameters", .namedTensors), arguments,
      returns: "what the module returns",
      example: "local net = pn.nn.Linear(2, 1)\nlocal w = pn.zeros(1, 2)\n"
        + "print(pn.nn.functional_call(net, {weight = w}, pn.ones(1, 2)))"
    ) { call, module, parameters, first in
      let replacements = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
      try module.withParameters(replacements) {
        try ModuleClass.run(module, call.frame, from: first)
      }
      return NoResult()
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
  ]
}
