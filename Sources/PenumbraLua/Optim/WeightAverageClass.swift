/// `pn.optim.EMA` and `pn.optim.SWA`: running averages of weights.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

/// An average as a Lua object; its decay may change over time.
final class WeightAverageObject {
  let average: WeightAverage
  private var decay: Schedulable?

  init(_ average: WeightAverage, decay: Schedulable? = nil) throws {
    self.average = average
    if let decay { try set(decay) }
  }

  func set(_ decay: Schedulable) throws {
    if case .number(let value) = decay {
      try average.setDecay(value)
      self.decay = nil
    } else {
      guard average.decay != nil else {
        throw TensorError(.value, average.name, argument: "decay", "a plain mean has no decay")
      }
      self.decay = decay
    }
  }

  func update() throws {
    if let decay { try average.setDecay(decay.value(at: Double(average.count + 1))) }
    try average.update()
  }
}

enum AveragingEntries {
  private static let source = Parameter<ParameterSource>(
    "source", .parameterSource, "what is averaged")
  private static let decay = Parameter<Schedulable>(
    "decay", .schedulable, default: { .number(0.999) }, shown: "0.999",
    "how much of the average is kept, in [0, 1]; also over the updates")
  private static let buffers = Parameter<Bool>(
    "use_buffers", .boolean, default: false, "average a module's buffers too")

  static let entries: [Entry] = [
    Entry(
      "EMA",
      "An exponential moving average of weights: a ← decay·a + (1 − decay)·θ at each update, a = θ "
        + "at the first", source, Parameter<Options>.options("EMA", [decay.doc, buffers.doc]),
      returns: "WeightAverage",
      example: "local net = pn.nn.Linear(2, 1)\nlocal ema = pn.optim.EMA(net, {decay = 0.99})\n"
        + "for step = 1, 3 do\n  -- a step of training\n  ema:update()\nend\n"
        + "do\n  local _ <close> = ema:swap_in()\n  print(net(pn.ones(1, 2)))\nend"
    ) { _, source, options in
      let average = try WeightAverage(
        tensors(source, options), .exponential(decay: 0))
      return Instance(
        try WeightAverageObject(average, decay: options[decay]), WeightAverageClass.definition)
    },
    Entry(
      "SWA",
      "The mean of the weights of all updates, stochastic weight averaging (Izmailov et al. 2018)",
      source, Parameter<Options>.options("SWA", [buffers.doc]), returns: "WeightAverage",
      example: "local net = pn.nn.Linear(2, 1)\nlocal swa = pn.optim.SWA(net)\nswa:update()\n"
        + "swa:swap_in()\nprint(net(pn.ones(1, 2)))\nswa:swap_out()"
    ) { _, source, options in
      Instance(
        try WeightAverageObject(WeightAverage(tensors(source, options), .mean)),
        WeightAverageClass.definition)
    },
  ]

  private static func tensors(_ source: ParameterSource, _ options: Options) throws -> [Tensor] {
    try options[buffers] ? source.parameters + source.buffers : source.parameters
  }
}

enum WeightAverageClass {
  static let definition: LuaClass<WeightAverageObject> = LuaClass<WeightAverageObject>(
    "WeightAverage", methods: library.methods,
    metamethods: [
      (
        "__tostring",
        { frame in
          let average = try frame.requireObject(at: 1, of: definition).average
          let decay = average.decay.map { "decay=\($0), " } ?? ""
          frame.returns(
            "\(average.name)(\(decay)\(average.tensors.count) tensors, \(average.count) updates)")
        }
      )
    ],
    index: { frame in
      let average = try frame.requireObject(at: 1, of: definition).average
      switch (frame.string(at: 2), average.decay) {
      case ("count", _): frame.returns(average.count)
      case ("decay", let decay?): frame.returns(decay)
      default: throw frame.unknownField(at: 2)
      }
    },
    newIndex: { frame in
      let object = try frame.requireObject(at: 1, of: definition)
      guard frame.string(at: 2) == "decay" else {
        throw TensorError(
          .value, object.average.name, "field \(frame.describe(at: 2)) cannot be set")
      }
      try object.set(
        Parameter<Schedulable>("decay", .schedulable).decode(
          frame, 3, object.average.name, place: "field"))
    })

  private static let this = Parameter<WeightAverageObject>(
    "self", .object("WeightAverage", definition))
  private static let sample =
    "local net = pn.nn.Linear(2, 1)\nlocal ema = pn.optim.EMA(net)\nema:update()\n"

  static let library = Library(
    "WeightAverage", "A running average of weights; fields: count, and decay (EMA).",
    isClass: true,
    [
      Entry(
        "update", "Takes the present weights in; call it after each optimiser's step", this,
        returns: "nothing", example: sample
      ) { _, object in
        try object.update()
        return NoResult()
      },
      Entry(
        "swap_in", "Puts the averages into the weights until swap_out() or the end of the scope",
        this,
        returns: "ParameterLoan",
        example: sample + "do\n  local _ <close> = ema:swap_in()\n  print(net(pn.ones(1, 2)))\nend"
      ) { _, object in Instance(try object.average.swapIn(), ParameterLoanClass.definition) },
      Entry(
        "swap_out", "Puts the weights' own values back", this, returns: "nothing",
        example: sample + "ema:swap_in()\nema:swap_out()"
      ) { _, object in
        try object.average.swapOut()
        return NoResult()
      },
      Entry(
        "averages", "Copies of the averages, in the order of the weights", this,
        returns: "table of Tensors", example: sample + "print(ema:averages()[1])"
      ) { _, object in try object.average.averages.map { try $0.detached().clone() } },
      Entry(
        "state", "A table with everything that the next updates depend on", this,
        returns: "table", example: sample + "ema:load(ema:state())"
      ) { _, object in OptimizerStateTable.encode(try object.average.state()) },
      Entry(
        "load", "Continues from a state, bit for bit", this,
        Parameter<LuaReference>("state", .table), returns: "nothing",
        example: sample + "ema:load(ema:state())"
      ) { call, object, _ in
        try object.average.load(OptimizerStateTable.decode(call.frame, 2))
        return NoResult()
      },
    ])
}
