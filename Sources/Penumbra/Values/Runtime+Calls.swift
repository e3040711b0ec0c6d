/// Calling Lua from Swift and Swift from Lua, with typed arguments.

public import LuaEmbedding
internal import PenumbraLua

extension Runtime {
  // MARK: - Swift calls Lua

  /// Calls a global function, or one in tables (`"model.predict"`), and returns its first result.
  ///
  /// ```swift
  /// let y: Double = try runtime.call("f", 3, [1.0, 2.0], "name")
  /// ```
  ///
  /// - Throws: `LuaError`, also for a result of another type than the one that is wanted.
  public func call<each Argument: ScriptValue, Result: ScriptValue>(
    _ function: String, _ arguments: repeat each Argument
  ) throws -> Result {
    try call(self.function(function), named: function, repeat each arguments)
  }

  /// Calls a global function, or one in tables, for what it does.
  public func call<each Argument: ScriptValue>(
    _ function: String, _ arguments: repeat each Argument
  ) throws {
    let _: LuaValue = try call(self.function(function), named: function, repeat each arguments)
  }

  /// Calls a function that came out of this runtime; errors about its result use the name.
  public func call<each Argument: ScriptValue, Result: ScriptValue>(
    _ function: LuaReference, named name: String, _ arguments: repeat each Argument
  ) throws -> Result {
    try openLibrary()
    var values: [LuaValue] = []
    for argument in repeat each arguments { values.append(argument.luaValue) }
    let results = try state.call(function, values)
    return try decode(results.first ?? .nil, "the result of \(name)")
  }

  /// The value of a global, or of a field of tables: "options.rate".
  ///
  /// - Throws: `LuaError` for a value of another type.
  public func value<Value: ScriptValue>(_ path: String, as: Value.Type = Value.self) throws -> Value
  {
    try openLibrary()
    return try decode(luaValue(path), path)
  }

  /// Sets a global.
  public func set(_ name: String, to value: some ScriptValue) throws {
    try openLibrary()
    try state.setGlobal(name, to: value.luaValue)
  }

  // MARK: - Lua calls Swift

  /// Makes a global function of a Swift one; what it throws becomes a Lua error at the calling line, and
  /// comes back to Swift as `LuaError.underlying`.
  ///
  /// ```swift
  /// try runtime.register("mean") { (values: [Double]) in values.reduce(0, +) / Double(values.count) }
  /// ```
  ///
  /// Lua keeps the body alive. One that holds a `LuaReference` to something that leads back to the
  /// function is never released before the runtime.
  public func register<each Argument: ScriptValue, Result: ScriptValue>(
    _ name: String, _ body: @escaping (repeat each Argument) throws -> Result
  ) throws {
    try openLibrary()
    let function = try state.makeFunction(name) { frame in
      var call = ScriptCall(name, frame)
      try frame.returns(body(repeat call.next((each Argument).self)).luaValue)
    }
    try state.setGlobal(name, to: .reference(function))
  }

  /// Makes a global function of a Swift one that returns nothing.
  public func register<each Argument: ScriptValue>(
    _ name: String, _ body: @escaping (repeat each Argument) throws -> Void
  ) throws {
    try openLibrary()
    let function = try state.makeFunction(name) { frame in
      var call = ScriptCall(name, frame)
      try body(repeat call.next((each Argument).self))
    }
    try state.setGlobal(name, to: .reference(function))
  }

  /// Lets scripts have objects of a class of the host's. If it has an initialiser its name becomes a global
  /// function that makes one.
  public func register<Object: AnyObject>(_ scriptClass: ScriptClass<Object>) throws {
    try openLibrary()
    try state.register(scriptClass.definition)
    guard let make = scriptClass.make else { return }
    try state.setGlobal(scriptClass.name, to: .function(scriptClass.name, make))
  }

  // MARK: - Helpers

  /// Opens Penumbra's library, whose classes tensors need, if no script has.
  private func openLibrary() throws {
    if state.host == nil { _ = try state.require("penumbra") }
  }

  private func function(_ path: String) throws -> LuaReference {
    let value = try luaValue(path)
    guard let reference = value.reference else {
      throw LuaError(message: "call: '\(path)': expected a function, got \(try describe(value))")
    }
    return reference
  }

  private func luaValue(_ path: String) throws -> LuaValue {
    var value = LuaValue.reference(try state.globals())
    for name in path.split(separator: ".", omittingEmptySubsequences: false) {
      guard let table = value.reference else {
        throw LuaError(
          message: "'\(path)': expected a table before '\(name)', got \(try describe(value))")
      }
      value = try table.get(String(name))
    }
    return value
  }

  private func decode<Value: ScriptValue>(_ value: LuaValue, _ what: String) throws -> Value {
    if let value = value as? Value { return value }
    let found = try state.withFrame([value]) { frame in
      do {
        if let value = try Value.read(frame, at: 1) { return (value as Value?, "") }
        return (nil, frame.describe(at: 1))
      } catch let error as LuaTypeError {
        return (nil, error.actual)
      } catch let error as LuaReleasedError {
        return (nil, "a released \(error.className)")
      }
    }
    if let value = found.0 { return value }
    throw LuaError(message: "\(what): expected \(Value.scriptName), got \(found.1)")
  }

  private func describe(_ value: LuaValue) throws -> String {
    try state.withFrame([value]) { $0.describe(at: 1) }
  }
}
