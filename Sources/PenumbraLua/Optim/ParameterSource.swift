/// Where a function finds tensors: a module, an optimiser, or a table of them.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraOptim
internal import PenumbraTensor

/// Parameters, with what else is known of where they came from.
struct ParameterSource {
  let parameters: [Tensor]
  /// A module's buffers that hold numbers.
  var buffers: [Tensor] = []
  /// An optimiser's step size.
  var stepSize: Double?
}

extension ParameterType where Value == ParameterSource {
  static let parameterSource = ParameterType("Module, Optimizer or table of Tensors") {
    frame, index in
    if let module = frame.object(at: index, of: ModuleClass.definition) {
      return ParameterSource(
        parameters: module.parameters, buffers: module.namedBuffers().map(\.tensor))
    }
    if let object = frame.object(at: index, of: OptimizerClass.definition) {
      return ParameterSource(
        parameters: object.optimizer.parameters, stepSize: object.optimizer.learningRate)
    }
    return try ParameterType<[Tensor]>.oneOrMore.decode(frame, index).map {
      ParameterSource(parameters: $0)
    }
  }
}

enum ParameterLoanClass {
  static let definition: LuaClass<ParameterLoan> = LuaClass<ParameterLoan>(
    "ParameterLoan", methods: library.methods,
    metamethods: [
      ("__close", { frame in try frame.object(at: 1, of: definition)?.giveBack() })
    ])

  static let library = Library(
    "ParameterLoan", "Other values in parameters; their own come back when it closes.",
    isClass: true,
    [
      Entry(
        "restore", "Puts the parameters' own values back, as the end of a <close> scope does",
        Parameter<ParameterLoan>("self", .object("ParameterLoan", definition)), returns: "nothing",
        example: "local net = pn.nn.Linear(2, 1)\nlocal ema = pn.optim.EMA(net)\nema:update()\n"
          + "local loan = ema:swap_in()\nprint(net(pn.ones(1, 2)))\nloan:restore()"
      ) { _, loan in
        try loan.giveBack()
        return NoResult()
      }
    ])
}
