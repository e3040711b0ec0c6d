// What the tests put into Lua: counted objects of a few classes.
import LuaEmbedding

/// How many objects of one test are alive.
final class LiveCount {
  var live = 0
  var made = 0
}

class Thing {
  let count: LiveCount
  var x: Double

  init(_ x: Double, _ count: LiveCount) {
    self.x = x
    self.count = count
    count.live += 1
    count.made += 1
  }

  deinit { count.live -= 1 }
}

final class SpecialThing: Thing {}

struct ThingError: Error, Equatable, CustomStringConvertible {
  let code: Int
  var description: String { "thing error \(code)" }
}

struct SpokenError: LuaRaisable {
  var luaMessage: String { "matmul: argument 2: expected [128, n], got [64, 10]" }
}

enum Things {
  static let plain: LuaClass<Thing> = LuaClass(
    "Thing",
    methods: [
      ("get", { frame in frame.returns(try frame.requireObject(at: 1, of: plain).x) }),
      (
        "set",
        { frame in
          try frame.requireObject(at: 1, of: plain).x = frame.number(at: 2) ?? 0
          frame.returns(argument: 1)
        }
      ),
      (
        "clone",
        { frame in
          let thing = try frame.requireObject(at: 1, of: plain)
          frame.returns(Thing(thing.x, thing.count), as: plain)
        }
      ),
      (
        "pair",
        { frame in
          let thing = try frame.requireObject(at: 1, of: plain)
          frame.returns(Thing(thing.x, thing.count), as: plain)
          frame.returns(Thing(thing.x, thing.count), as: plain)
        }
      ),
      (
        "fail",
        { frame in
          let thing = try frame.requireObject(at: 1, of: plain)
          frame.returns(Thing(0, thing.count), as: plain)
          throw ThingError(code: 7)
        }
      ),
    ],
    metamethods: [
      (
        "__add",
        { frame in
          let a = try frame.requireObject(at: 1, of: plain)
          let b = try frame.requireObject(at: 2, of: plain)
          frame.returns(Thing(a.x + b.x, a.count), as: plain)
        }
      ),
      (
        "__tostring",
        { frame in frame.returns("thing \(try frame.requireObject(at: 1, of: plain).x)") }
      ),
    ],
    options: LuaClassOptions(releaseMethod: "release"))

  static let special = LuaClass<SpecialThing>(
    "SpecialThing", parent: plain,
    methods: [("kind", { frame in frame.returns("special") })])

  static let mapped = LuaClass<Thing>(
    "Mapped", options: LuaClassOptions(identityMap: true, userValueCount: 2))

  /// Fields `x` (also assignable) and integer keys.
  static let dynamic: LuaClass<Thing> = LuaClass(
    "Dynamic", methods: [("for_", { frame in frame.returns(1) })],
    index: { frame in
      let thing = try frame.requireObject(at: 1, of: dynamic)
      if let i = frame.integer(at: 2) { return frame.returns(thing.x + Double(i)) }
      guard frame.string(at: 2) == "x" else { throw frame.unknownField(at: 2, besides: ["x"]) }
      frame.returns(thing.x)
    },
    newIndex: { frame in
      guard frame.string(at: 2) == "x", let value = frame.number(at: 3) else {
        throw frame.unassignableField(at: 2, among: ["x"])
      }
      try frame.requireObject(at: 1, of: dynamic).x = value
    })
}

/// A state with constructors `new`, `special`, `mapped`, `dynamic` for counted things.
func makeState(
  _ count: LiveCount, _ options: LuaState.Options = .init(warnings: false)
) throws -> LuaState {
  let state = try LuaState(options)
  try addThings(to: state, count)
  return state
}

func addThings(to state: LuaState, _ count: LiveCount) throws {
  try state.register(Things.special, Things.mapped, Things.dynamic)
  func constructor<T: Thing>(
    _ name: String, _ luaClass: LuaClass<T>, _ make: @escaping (Double) -> T
  ) throws {
    let function = try state.makeFunction(name) { frame in
      frame.returns(make(frame.number(at: 1) ?? 0), as: luaClass)
    }
    try state.setGlobal(name, to: .reference(function))
  }
  try constructor("new", Things.plain) { Thing($0, count) }
  try constructor("special", Things.special) { SpecialThing($0, count) }
  try constructor("mapped", Things.mapped) { Thing($0, count) }
  try constructor("dynamic", Things.dynamic) { Thing($0, count) }
}

/// The error that a body throws, as a `LuaError`.
func luaError(_ body: () throws -> Void) -> LuaError? {
  do {
    try body()
    return nil
  } catch {
    return error as? LuaError
  }
}

extension LuaState {
  /// The first result of a chunk as a string.
  func text(_ chunk: String) throws -> String? { try run(chunk).first?.string }

  /// Defines a global function.
  func define(_ name: String, _ body: @escaping (LuaFrame) throws -> Void) throws {
    try setGlobal(name, to: .reference(try makeFunction(name, body)))
  }
}
