/// `pn.optim.ReplicaExchange`, and chains as one batched model.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

enum EnsembleEntries {
  static let entries: [Entry] = [
    ReservoirClass.entry, ReplicaExchangeClass.entry,
    Entry(
      "stack_chains",
      "The parameters of K models as leaves [K, ...], copies, for one optimiser or sampler that moves "
        + "K independent chains; use losses that are sums over the chains",
      Parameter<[ParameterSource]>("models", .list(of: .parameterSource)),
      returns: "table of Tensors",
      example: "local nets = {pn.nn.Linear(2, 1), pn.nn.Linear(2, 1), pn.nn.Linear(2, 1)}\n"
        + "local weight, bias = table.unpack(pn.optim.stack_chains(nets))\n"
        + "local x = pn.randn(8, 2)\n"
        + "local y = x:matmul(weight:transpose(2, 3)) + bias:unsqueeze(2) -- [3, 8, 1]\n"
        + "print(y:square():mean(2):sum())"
    ) { _, models in try ParallelChains.stacked(models.map(\.parameters)) },
    Entry(
      "unstack_chains",
      "The parameters of each chain, views of the stacked ones outside the graph",
      Parameter<[Tensor]>("parameters", .oneOrMore), returns: "table of tables of Tensors",
      example: "local nets = {pn.nn.Linear(2, 1), pn.nn.Linear(2, 1)}\n"
        + "local stacked = pn.optim.stack_chains(nets)\n"
        + "local second = pn.optim.unstack_chains(stacked)[2]\n"
        + "assert(second[1]:equal(nets[2].weight))"
    ) { _, parameters in
      LuaValue.array(
        try ParallelChains.unstacked(parameters).map { .array($0.map(\.luaValue)) })
    },
  ]
}

enum ReplicaExchangeClass {
  static let definition: LuaClass<ReplicaExchange> = LuaClass<ReplicaExchange>(
    "ReplicaExchange", methods: library.methods,
    metamethods: [
      (
        "__tostring",
        { frame in
          let exchange = try frame.requireObject(at: 1, of: definition)
          let shown = exchange.temperatures.map { "\($0)" }.joined(separator: ", ")
          frame.returns("ReplicaExchange(temperatures={\(shown)}, \(exchange.rounds) rounds)")
        }
      )
    ])

  private static let temperatures = Parameter<[Double]>(
    "temperatures", .list(of: .positive), "of each chain; neighbours exchange")

  static let entry = Entry(
    "ReplicaExchange",
    "Chains at several temperatures that swap positions with probability "
      + "min(1, exp((1/T_k − 1/T_{k+1})(U_k − U_{k+1}))), so that cold ones cross barriers and keep "
      + "their laws (Geyer 1991)",
    Parameter<[ParameterSource]>("chains", .list(of: .parameterSource)),
    Parameter<Options>.options("ReplicaExchange", [temperatures.doc, Creation.generator.doc]),
    returns: "ReplicaExchange", example: sample
  ) { call, chains, options in
    Instance(
      try ReplicaExchange(
        chains.map(\.parameters), temperatures: options[temperatures],
        generator: options[Creation.generator] ?? call.context.generator), definition)
  }

  private static let sample =
    "local cold, hot = pn.zeros(1):requires_grad_(), pn.zeros(1):requires_grad_()\n"
    + "local function U(x) return ((x ^ 2 - 1) ^ 2):sum() end\n"
    + "local exchange = pn.optim.ReplicaExchange({{cold}, {hot}}, {temperatures = {0.1, 1}})\n"
    + "-- between the samplers' steps:\n"
    + "exchange:exchange{U(cold):item(), U(hot):item()}\n"

  private static let this = Parameter<ReplicaExchange>(
    "self", .object("ReplicaExchange", definition))

  static let library = Library(
    "ReplicaExchange", "Exchange of positions between chains at several temperatures.",
    isClass: true,
    [
      Entry(
        "exchange",
        "One round, given U at each chain's position (N times a mean loss, plus the prior); the pairs "
          + "(1, 2), (3, 4), ... and (2, 3), ... take turns. Returns the k of each swapped pair (k, k+1)",
        this, Parameter<[Double]>("energies", .list(of: .number)), returns: "table of integers",
        example: sample
      ) { _, exchange, energies in
        try exchange.exchange(energies: energies).map { $0 + 1 }
      },
      Entry(
        "acceptance",
        "The part of the swaps between chain k and k + 1 that were made; false before the first try",
        this, returns: "table of numbers", example: sample + "print(exchange:acceptance()[1])"
      ) { _, exchange in
        LuaValue.array(exchange.acceptance.map { $0.map { .number($0) } ?? .boolean(false) })
      },
      Entry(
        "state", "A table with the counts and the generator", this, returns: "table",
        example: sample + "exchange:load(exchange:state())"
      ) { _, exchange in OptimizerStateTable.encode(exchange.state()) },
      Entry(
        "load", "Continues from a state, bit for bit", this,
        Parameter<LuaReference>("state", .table), returns: "nothing",
        example: sample + "exchange:load(exchange:state())"
      ) { call, exchange, _ in
        try exchange.load(OptimizerStateTable.decode(call.frame, 2))
        return NoResult()
      },
    ])
}
