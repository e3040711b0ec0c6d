/// Random numbers in place, as methods: `x:normal_(0, 1)`.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorRandom {
  static let entries: [Entry] = [
    pair("normal", "normal numbers", ("mean", 0), ("std", 1)) {
      try $0.normal(mean: .number($1), std: .number($2), size: $3, dtype: $4)
    },
    pair("log_normal", "numbers whose logarithm is normal", ("mean", 1), ("std", 2)) {
      try $0.logNormal(mean: .number($1), std: .number($2), size: $3, dtype: $4)
    },
    pair("uniform", "uniform numbers, low ≤ x < high", ("low", 0), ("high", 1)) {
      try $0.uniform(low: .number($1), high: .number($2), size: $3, dtype: $4)
    },
    pair("cauchy", "Cauchy numbers", ("location", 0), ("scale", 1)) {
      try $0.cauchy(location: .number($1), scale: .number($2), size: $3, dtype: $4)
    },
    Entry(
      "exponential_", "Replaces the elements by exponential numbers; returns x", receiver,
      Parameter<Double>("rate", .positive, default: 1), options("exponential_"), returns: "Tensor",
      example: "print(pn.zeros(3):exponential_(2))"
    ) { call, x, rate, options in
      let source = try call.source(options)
      return try fill(x, "exponential_") {
        try source.exponential(rate: .number(rate), size: $0, dtype: $1)
      }
    },
    Entry(
      "geometric_", "Replaces the elements by numbers of trials to a success; returns x", receiver,
      Parameter<Double>("p", .probability), options("geometric_"), returns: "Tensor",
      example: "print(pn.zeros(3):geometric_(0.5))"
    ) { call, x, p, options in
      let source = try call.source(options)
      return try fill(x, "geometric_") {
        let values = try source.geometric(
          probability: .number(p), size: $0, dtype: $1.isFloating ? $1 : .float64)
        return try values.to($1)
      }
    },
    Entry(
      "bernoulli_", "Replaces each element by 1 with probability p, else by 0; returns x", receiver,
      Parameter<DistributionParameter?>.optional("p", .distributionParameter, "default: 0.5"),
      options("bernoulli_"),
      returns: "Tensor", example: "print(pn.zeros(3):bernoulli_(0.5))"
    ) { call, x, p, options in
      let source = try call.source(options)
      return try fill(x, "bernoulli_") {
        let values = try source.bernoulli(
          probabilities: p ?? 0.5, size: $0, dtype: $1.isFloating ? $1 : .float32)
        return try values.to($1)
      }
    },
    Entry(
      "random_",
      "Replaces the elements by integers from low to high, both included; returns x", receiver,
      Parameter<Int?>.optional("low", .integer, "default: 0"),
      Parameter<Int?>.optional("high", .integer, "default: the greatest that the type counts to"),
      options("random_"), returns: "Tensor", example: "print(pn.zeros(3):random_(1, 6))"
    ) { call, x, low, high, options in
      let source = try call.source(options)
      return try fill(x, "random_") { shape, dtype in
        try source.integers(shape, from: low, through: high, dtype: dtype)
      }
    },
  ]

  private static func pair(
    _ name: StaticString, _ what: String, _ first: (name: String, standard: Double),
    _ second: (name: String, standard: Double),
    _ draw: @escaping @Sendable (Generator, Double, Double, Shape, DType) throws -> Tensor
  ) -> Entry {
    Entry(
      "\(name)_", "Replaces the elements by \(what); returns x", receiver,
      Parameter<Double>(first.name, .number, default: first.standard),
      Parameter<Double>(second.name, .number, default: second.standard), options("\(name)_"),
      returns: "Tensor", example: "print(pn.zeros(3):\(name)_())"
    ) { call, x, a, b, options in
      let source = try call.source(options)
      return try fill(x, name) { try draw(source, a, b, $0, $1) }
    }
  }

  private static func fill(
    _ x: Tensor, _ operation: StaticString, _ draw: (Shape, DType) throws -> Tensor
  ) throws -> FirstArgument {
    try x.fillRandomly(operation, draw)
    return FirstArgument()
  }

  private static func options(_ name: String) -> Parameter<Options> {
    .options(name, [Creation.generator.doc])
  }
}

extension Call {
  fileprivate func source(_ options: Options) throws -> Generator {
    try options[Creation.generator] ?? context.generator
  }
}
