/// Generator objects, and the seed of pn's own numbers.

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
          frame.returns("Generator(seed=\(Int64(bitPattern: generator.state.seed)))")
        }
      )
    ])

  private static let this = Parameter<Generator>("self", .object("Generator", definition))

  static let library = Library(
    "Generator", "A stream of random numbers (Philox 4×32-10).", isClass: true,
    [
      Entry(
        "state", "Everything that determines the numbers to come, as three integers", this,
        returns: "table", example: "print(#pn.generator(1):state())"
      ) { _, generator in GeneratorState(generator.state) },
      Entry(
        "set_state", "Continues from a state; returns the generator", this,
        Parameter<Generator.State>("state", .generatorState), returns: "Generator",
        example: "local g = pn.generator(1)\nlocal s = g:state()\n"
          + "local a = pn.rand{3, generator = g}\ng:set_state(s)\n"
          + "assert(a:equal(pn.rand{3, generator = g}))"
      ) { _, generator, state in
        generator.state = state
        return FirstArgument()
      },
      Entry(
        "manual_seed", "Starts anew from a seed; returns the generator", this,
        Parameter<Int>("seed", .integer), returns: "Generator",
        example: "local g = pn.generator(1):manual_seed(2)\nassert(g:initial_seed() == 2)"
      ) { _, generator, seed in
        generator.reseed(UInt64(bitPattern: Int64(seed)))
        return FirstArgument()
      },
      Entry(
        "seed", "Starts anew from a seed of the system's entropy, and returns it", this,
        returns: "integer",
        example: "local g = pn.generator(1)\nlocal s = g:seed()\n"
          + "assert(s == g:initial_seed())"
      ) { _, generator in Int(bitPattern: UInt(generator.reseedFromSystem())) },
      Entry(
        "initial_seed", "The seed that the stream started from", this, returns: "integer",
        example: "assert(pn.generator(7):initial_seed() == 7)"
      ) { _, generator in Int(bitPattern: UInt(generator.state.seed)) },
      Entry(
        "clone", "A generator that will give the same numbers", this, returns: "Generator",
        example: "local g = pn.generator(7)\nlocal h = g:clone()\n"
          + "assert(pn.rand{3, generator = g}:equal(pn.rand{3, generator = h}))"
      ) { _, generator in Instance(generator.clone(), definition) },
      Entry(
        "split",
        "A generator whose stream is independent of this one's and of other splits'", this,
        returns: "Generator",
        example: "local g = pn.generator(7)\nlocal a, b = g:split(), g:split()\n"
          + "assert(not pn.rand{3, generator = a}:equal(pn.rand{3, generator = b}))"
      ) { _, generator in Instance(generator.split(), definition) },
    ])
}

/// A generator's state on its way to Lua.
private struct GeneratorState: LuaResult {
  let state: Generator.State

  init(_ state: Generator.State) { self.state = state }

  func give(to frame: LuaFrame) throws {
    try frame.returns(integers: [state.seed, state.low, state.high].map { Int64(bitPattern: $0) })
  }
}

extension ParameterType where Value == Generator.State {
  /// What `state` returned.
  static let generatorState = ParameterType<[Int]>.list(of: .integer).refined(
    "table of 3 integers"
  ) { words in
    guard words.count == 3 else {
      throw BadValue(expected: "a table of 3 integers, got \(words.count)")
    }
    let bits = words.map { UInt64(bitPattern: Int64($0)) }
    return Generator.State(seed: bits[0], low: bits[1], high: bits[2])
  }
}

enum RandomFunctions {
  static let entries: [Entry] =
    [
      seeding("seed", "pn.seed(7)"), seeding("manual_seed", "pn.manual_seed(7)"),
      Entry(
        "initial_seed", "The seed of pn's own random numbers", returns: "integer",
        example: "pn.seed(7)\nassert(pn.initial_seed() == 7)"
      ) { call in Int(bitPattern: UInt(call.context.generator.state.seed)) },
      Entry(
        "get_rng_state", "The state of pn's own random numbers, as three integers",
        returns: "table", example: "local state = pn.get_rng_state()"
      ) { call in GeneratorState(call.context.generator.state) },
      Entry(
        "set_rng_state", "Continues pn's own random numbers from a state",
        Parameter<Generator.State>("state", .generatorState), returns: "nothing",
        example: "local s = pn.get_rng_state()\nlocal a = pn.rand(3)\npn.set_rng_state(s)\n"
          + "assert(a:equal(pn.rand(3)))"
      ) { call, state in
        call.context.generator.state = state
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
    ] + RandomDistributions.entries

  private static func seeding(_ name: String, _ example: String) -> Entry {
    Entry(
      name, "Starts pn's own random numbers anew: the same seed gives the same run",
      Parameter<Int>("seed", .integer), returns: "nothing", example: example
    ) { call, seed in
      call.context.generator.reseed(UInt64(bitPattern: Int64(seed)))
      return NoResult()
    }
  }
}
