/// Seeds and generator objects.

internal import LuaEmbedding
internal import PenumbraTensor

enum GeneratorClass {
  static let definition: LuaClass<Generator> = LuaClass<Generator>(
    "Generator", methods: library.methods,
    metamethods: [
      (
        "__tostring",
        { frame in
          let generator = try frame.requireObject(at: 1, of: definition)
          frame.returns("Generator(seed=\(generator.state.seed))")
        }
      )
    ])

  static let library = Library(
    "Generator", "A stream of random numbers (Philox 4×32-10).", isClass: true,
    [
      Entry(
        "state", "Everything that determines the numbers to come, as three integers",
        Parameter<Generator>("self", .object("Generator", definition)), returns: "table",
        example: "print(#pn.generator(1):state())"
      ) { _, generator in
        let state = generator.state
        return LuaValue.array(
          [state.seed, state.low, state.high].map { .integer(Int64(bitPattern: $0)) })
      },
      Entry(
        "set_state", "Continues from a state",
        Parameter<Generator>("self", .object("Generator", definition)),
        Parameter<[Int]>("state", .list(of: .integer)), returns: "nothing",
        example: "local g = pn.generator(1)\nlocal s = g:state()\n"
          + "local a = pn.rand{3, generator = g}\ng:set_state(s)\n"
          + "assert(a:equal(pn.rand{3, generator = g}))"
      ) { _, generator, words in
        guard words.count == 3 else {
          throw TensorError(
            .value, "set_state", expected: "a table of 3 integers", got: "\(words.count)")
        }
        let bits = words.map { UInt64(bitPattern: Int64($0)) }
        generator.state = Generator.State(seed: bits[0], low: bits[1], high: bits[2])
        return NoResult()
      },
    ])
}

enum RandomFunctions {
  static let entries: [Entry] = [
    Entry(
      "seed", "Starts pn's own random numbers anew: the same seed gives the same run",
      Parameter<Int>("seed", .integer), returns: "nothing", example: "pn.seed(7)"
    ) { call, seed in
      call.context.generator.state = Generator.State(seed: UInt64(bitPattern: Int64(seed)))
      return NoResult()
    },
    Entry(
      "generator", "A stream of random numbers of its own", Parameter<Int>("seed", .integer),
      returns: "Generator", example: "print(pn.randn{2, generator = pn.generator(7)})"
    ) { _, seed in
      Instance(Generator(seed: UInt64(bitPattern: Int64(seed))), GeneratorClass.definition)
    },
    Entry(
      "default_generator", "The stream that pn's functions use unless told otherwise",
      returns: "Generator", example: "local state = pn.default_generator():state()"
    ) { call in Instance(call.context.generator, GeneratorClass.definition) },
  ]
}
