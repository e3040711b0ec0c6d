/// `pn.optim.Reservoir`: a bounded sample of a chain's parameters, and its predictions.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraOptim
internal import PenumbraTensor

enum ReservoirClass {
  static let definition: LuaClass<Reservoir> = LuaClass<Reservoir>(
    "Reservoir", methods: library.methods,
    metamethods: [
      ("__len", { frame in frame.returns(try this(frame).samples.count) }),
      (
        "__tostring",
        { frame in
          let reservoir = try this(frame)
          frame.returns(
            "Reservoir(\(reservoir.samples.count) of \(reservoir.size) samples, "
              + "\(reservoir.offers) offers)")
        }
      ),
    ])

  private static func this(_ frame: LuaFrame) throws -> Reservoir {
    try frame.requireObject(at: 1, of: definition)
  }

  private static let size = Parameter<Int>("size", .count, "how many samples are kept at most")
  private static let burnIn = Parameter<Int>(
    "burn_in", .integer, default: 0, "offers that are passed over at first")
  private static let thinning = Parameter<Int>(
    "thinning", .count, default: 1, "every so many offers are considered after that")
  private static let weighting = Parameter<String>(
    "weighting", .choice(Reservoir.Weighting.allCases.map(\.rawValue)), default: "uniform",
    shown: "\"uniform\"", "step: an offer counts by its step size (Welling and Teh 2011)")

  static let entry = Entry(
    "Reservoir",
    "Keeps samples of a chain's parameters so that means over them are unbiased for means over the "
      + "whole chain, however long (VarOpt sampling, Cohen et al. 2009)",
    Parameter<Options>.options(
      "Reservoir",
      [size.doc, burnIn.doc, thinning.doc, weighting.doc, Creation.generator.doc]),
    returns: "Reservoir", example: sample
  ) { call, options in
    Instance(
      try Reservoir(
        size: options[size], burnIn: options[burnIn], thinning: options[thinning],
        weighting: Reservoir.Weighting(rawValue: options[weighting]) ?? .uniform,
        generator: options[Creation.generator] ?? call.context.generator), definition)
  }

  private static let sample =
    "local net = pn.nn.Linear(2, 1)\nlocal opt = pn.optim.SGLD(net:parameters(), {lr = 1e-2})\n"
    + "local samples = pn.optim.Reservoir{size = 8, burn_in = 2, weighting = \"step\"}\n"
    + "for step = 1, 20 do\n  opt:zero_grad()\n  net(pn.randn(8, 2)):square():mean():backward()\n"
    + "  opt:step()\n  samples:collect(opt)\nend\n"

  private static let this = Parameter<Reservoir>("self", .object("Reservoir", definition))
  private static let source = Parameter<ParameterSource>("source", .parameterSource)
  /// The number of a sample, from 1.
  private static let number = Parameter<Int>("sample", .index, "its number")

  static let library = Library(
    "Reservoir", "Samples of a chain's parameters; #reservoir is their number.", isClass: true,
    [
      Entry(
        "collect",
        "Offers the present parameters; true if they are kept, as copies. An optimiser's step size is "
          + "the weight unless one is given; weight 0 passes the offer over", this, source,
        Parameter<Double?>.optional("weight", .nonNegative, "for weighting = \"step\""),
        returns: "boolean", example: sample + "assert(#samples == 8)"
      ) { _, reservoir, source, weight in
        guard let weight = weight ?? source.stepSize ?? (reservoir.weighting == .uniform ? 1 : nil)
        else {
          throw TensorError(
            .value, "Reservoir:collect", argument: "weight",
            expected: "the step size, a number ≥ 0",
            got: "nothing")
        }
        return try reservoir.collect(source.parameters, stepSize: weight)
      },
      Entry(
        "predict",
        "The weighted mean of the module's outputs over the samples, without recording derivatives; "
          + "reduce is \"mean\", \"variance\", \"stack\" ([samples, ...]), or a function of each "
          + "output before the mean", this, Parameter<Module>("module", .module),
        Parameter<Tensor>("input", .tensor),
        Parameter<LuaValue>("reduce", .any, default: { .string("mean") }, shown: "\"mean\""),
        returns: "Tensor",
        example: sample + "print(samples:predict(net, pn.randn(3, 2)))\n"
          + "print(samples:predict(net, pn.randn(3, 2), function(y) return y:sigmoid() end))"
      ) { _, reservoir, module, input, reduce in
        try predict(reservoir, module, input, reduce)
      },
      Entry(
        "swap_in",
        "Puts a sample into parameters until the loan is restored or its scope ends", this, number,
        source, returns: "ParameterLoan",
        example: sample + "do\n  local _ <close> = samples:swap_in(1, net)\n"
          + "  print(net(pn.ones(1, 2)))\nend"
      ) { _, reservoir, index, source in
        Instance(
          try reservoir.swapIn(index, into: source.parameters), ParameterLoanClass.definition)
      },
      Entry(
        "load_sample", "Copies a sample into parameters for good", this, number, source,
        returns: "nothing", example: sample + "samples:load_sample(#samples, net)"
      ) { _, reservoir, index, source in
        try reservoir.copy(index, into: source.parameters)
        return NoResult()
      },
      Entry(
        "samples",
        "Copies of all samples: {step, weight, parameters}; weighted means use the weights", this,
        returns: "table of tables",
        example: sample + "for _, s in ipairs(samples:samples()) do print(s.step, s.weight) end"
      ) { _, reservoir in
        LuaValue.array(
          try reservoir.samples.map { sample in
            .table([
              (key: "step", value: .integer(Int64(sample.step))),
              (key: "weight", value: .number(sample.weight)),
              (
                key: "parameters",
                value: .array(try sample.values.map { try $0.detached().clone().luaValue })
              ),
            ])
          })
      },
      Entry(
        "state", "A table with everything that the next offers depend on, samples included", this,
        returns: "table", example: sample + "samples:load(samples:state())"
      ) { _, reservoir in OptimizerStateTable.encode(try reservoir.state()) },
      Entry(
        "load", "Continues from a state, bit for bit", this,
        Parameter<LuaReference>("state", .table), returns: "nothing",
        example: sample + "samples:load(samples:state())"
      ) { call, reservoir, _ in
        try reservoir.load(OptimizerStateTable.decode(call.frame, 2))
        return NoResult()
      },
    ])

  private static func predict(
    _ reservoir: Reservoir, _ module: Module, _ input: Tensor, _ reduce: LuaValue
  ) throws -> Tensor {
    if case .reference(let map) = reduce {
      return try reservoir.predict(module.parameters) {
        guard let output = try map.tensors([module.forward(input).luaValue], "predict").first
        else {
          throw TensorError(
            .value, "predict", argument: "reduce", expected: "a Tensor", got: "no value")
        }
        return output
      }
    }
    let word = reduce.isNil ? "mean" : reduce.string
    guard let reduction = word.flatMap(Reservoir.Reduction.init(rawValue:)) else {
      throw TensorError(
        .value, "predict", argument: "argument 3 (reduce)",
        expected: Reservoir.Reduction.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
          + " or a function", got: reduce.string.map { "\"\($0)\"" } ?? reduce.kind)
    }
    return try reservoir.predict(module.parameters, reduction) { try module.forward(input) }
  }
}
