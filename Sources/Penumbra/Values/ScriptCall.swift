/// Decoding the arguments of a call from Lua, one after the other.

internal import LuaEmbedding

struct ScriptCall {
  let name: String
  let frame: LuaFrame
  private var index: Int

  /// - Parameter first: the index of the first argument.
  init(_ name: String, _ frame: LuaFrame, from first: Int = 1) {
    (self.name, self.frame) = (name, frame)
    index = first - 1
  }

  /// - Throws: an error that names the function, the argument, what was wanted and what came.
  mutating func next<Value: ScriptValue>(_: Value.Type) throws -> Value {
    index += 1
    do {
      if let value = try Value.read(frame, at: index) { return value }
    } catch let error as LuaTypeError {
      throw refusal(expected: error.expected, actual: error.actual)
    }
    throw refusal(expected: Value.scriptName, actual: frame.describe(at: index))
  }

  private func refusal(expected: String, actual: String) -> Refusal {
    Refusal(luaMessage: "\(name): argument \(index): expected \(expected), got \(actual)")
  }
}
