// From a name such as `model.encoder.weight` to its value, without running any code of the session.

internal import LuaEmbedding
internal import Penumbra
internal import PenumbraLua

/// Looks names up raw: no metamethod runs, no object is made.
struct NameResolver {
  enum Found {
    /// A value of the frame's stack.
    case slot(Int)
    /// An object that Lua may not have seen yet: a network's layer, a parameter.
    case object(AnyObject)
    /// A method of a class, by the names of both.
    case method(of: String, name: String)
  }

  let state: LuaState
  let locals: SessionLocals
  /// Kept from the start: a session may replace the global.
  private let getmetatable: LuaReference

  init(_ interpreter: Interpreter, _ locals: SessionLocals) throws {
    state = interpreter.runtime.state
    self.locals = locals
    guard let debug = try state.global("debug").reference,
      let function = try debug.get("getmetatable").reference
    else { throw LuaError(message: "the library function 'debug.getmetatable' is missing") }
    getmetatable = function
  }

  /// Whether a local or global of that name has a value.
  func isDefined(_ name: String) throws -> Bool {
    try find([name]) { _, found in found != nil }
  }

  /// Runs a body with what a path leads to; with nil if it leads nowhere.
  func find<Result>(
    _ path: [String], _ body: (LuaFrame, Found?) throws -> Result
  ) throws -> Result {
    let globals = try state.globals()
    return try state.withFrame([.reference(globals)]) { frame in
      guard let first = path.first else { return try body(frame, .slot(1)) }
      var result: Result?
      let isLocal = try locals.withValue(of: first, frame) { slot in
        try descend(frame, slot, path.dropFirst()) { result = try body(frame, $0) }
      }
      if !isLocal { try descend(frame, 1, path[...]) { result = try body(frame, $0) } }
      return try result ?? body(frame, nil)
    }
  }

  /// The body is called at most once, and not at all if the path leads nowhere.
  private func descend(
    _ frame: LuaFrame, _ index: Int, _ path: ArraySlice<String>, _ body: (Found) throws -> Void
  ) throws {
    guard let name = path.first else {
      if !frame.isNoneOrNil(at: index) { try body(.slot(index)) }
      return
    }
    let rest = path.dropFirst()
    if let object = frame.anyObject(at: index), let luaClass = frame.luaClass(at: index) {
      if try descendIntoFields(frame, index, object, name, rest, body) { return }
      if rest.isEmpty, luaClass.methodNames.contains(name) {
        try body(.method(of: luaClass.name, name: name))
      }
      return
    }
    try eachFieldTable(frame, index) { table in
      try frame.withField(name, ofTableAt: table) { slot in
        if frame.isNoneOrNil(at: slot) { return false }
        try descend(frame, slot, rest, body)
        return true
      }
    }
  }

  /// A script's own fields of its module stand in a table; others are known to the object.
  private func descendIntoFields(
    _ frame: LuaFrame, _ index: Int, _ object: AnyObject, _ name: String,
    _ rest: ArraySlice<String>, _ body: (Found) throws -> Void
  ) throws -> Bool {
    if let found = ObjectFields.value(name, of: object) {
      try descend(found, rest, body)
      return true
    }
    guard ObjectFields.keepsFieldsInTable(object) else { return false }
    return try frame.withUserValue(1, at: index) { table in
      guard frame.type(at: table) == .table else { return false }
      return try frame.withField(name, ofTableAt: table) { slot in
        if frame.isNoneOrNil(at: slot) { return false }
        try descend(frame, slot, rest, body)
        return true
      }
    }
  }

  private func descend(
    _ object: AnyObject, _ path: ArraySlice<String>, _ body: (Found) throws -> Void
  ) throws {
    guard let name = path.first else { return try body(.object(object)) }
    if let next = ObjectFields.value(name, of: object) {
      try descend(next, path.dropFirst(), body)
    } else if path.count == 1, let luaClass = ObjectFields.luaClass(of: object),
      luaClass.methodNames.contains(name)
    {
      try body(.method(of: luaClass.name, name: name))
    }
  }

  /// Visits the table itself and the tables that `__index` leads to, until the body says true.
  func eachFieldTable(
    _ frame: LuaFrame, _ index: Int, depth: Int = 0, _ body: (Int) throws -> Bool
  ) throws {
    let type = frame.type(at: index)
    if type == .table, try body(index) { return }
    guard depth < 8, type == .table || type == .string else { return }
    try frame.withCall(getmetatable, resultCount: 1) { arguments in
      try arguments.push(argument: index)
    } _: { metatable in
      guard frame.type(at: metatable) == .table else { return }
      try frame.withField("__index", ofTableAt: metatable) { next in
        guard frame.type(at: next) == .table else { return }
        try eachFieldTable(frame, next, depth: depth + 1, body)
      }
    }
  }
}
