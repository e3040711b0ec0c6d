/// `math.random` in a sandbox: seeded by the system's random numbers.

internal import LuaEmbedding

/// Lua takes its own seed from the time and an address of its memory; `math.randomseed()` returns both,
/// and the first random numbers tell them to whoever tries some.
enum RandomSeed {
  static func install(in state: LuaState) throws {
    guard let seed = try state.libraryValue("math.randomseed").reference else { return }
    func draw() -> [LuaValue] {
      [.integer(.random(in: .min ... .max)), .integer(.random(in: .min ... .max))]
    }
    _ = try seed.call(draw())
    try seed.state().replaceLibraryFunction("math.randomseed", seeding(with: seed))
  }

  private static func seeding(with seed: LuaReference) -> LuaFunction {
    nonisolated(unsafe) let seed = seed
    return { frame in
      var arguments: [LuaValue] = []
      for index in stride(from: 1, through: frame.argumentCount, by: 1) {
        arguments.append(try frame.value(at: index))
      }
      if arguments.isEmpty {
        arguments = [.integer(.random(in: .min ... .max)), .integer(.random(in: .min ... .max))]
      }
      for value in try seed.call(arguments) { try frame.returns(value) }
    }
  }
}
