/// What a binding may return, and how it reaches Lua.

internal import LuaEmbedding
internal import PenumbraTensor

protocol LuaResult: SendableMetatype {
  func give(to frame: LuaFrame) throws
}

/// Returns no value.
struct NoResult: LuaResult {
  func give(to frame: LuaFrame) {}
}

/// Returns the first argument, so that calls can be chained.
struct FirstArgument: LuaResult {
  func give(to frame: LuaFrame) { frame.returns(argument: 1) }
}

extension Tensor: LuaResult {
  func give(to frame: LuaFrame) { frame.returns(self, as: TensorClass.definition) }
}

extension Double: LuaResult {
  func give(to frame: LuaFrame) { frame.returns(self) }
}

extension Int: LuaResult {
  func give(to frame: LuaFrame) { frame.returns(self) }
}

extension Bool: LuaResult {
  func give(to frame: LuaFrame) { frame.returns(self) }
}

extension String: LuaResult {
  func give(to frame: LuaFrame) { frame.returns(self) }
}

extension LuaReference: LuaResult {
  func give(to frame: LuaFrame) throws { try frame.returns(self) }
}

extension LuaValue: LuaResult {
  func give(to frame: LuaFrame) throws { try frame.returns(self) }
}

extension Optional: LuaResult where Wrapped: LuaResult {
  func give(to frame: LuaFrame) throws {
    if let self { try self.give(to: frame) } else { frame.returnsNil() }
  }
}

extension Array: LuaResult where Element: LuaResult & LuaConvertible {
  func give(to frame: LuaFrame) throws { try frame.returns(.array(map(\.luaValue))) }
}

/// Two results.
struct Pair<A: LuaResult, B: LuaResult>: LuaResult {
  let first: A
  let second: B

  init(_ first: A, _ second: B) { (self.first, self.second) = (first, second) }

  func give(to frame: LuaFrame) throws {
    try first.give(to: frame)
    try second.give(to: frame)
  }
}

/// Any number of results of one kind.
struct Several<Element: LuaResult>: LuaResult {
  let elements: [Element]

  init(_ elements: [Element]) { self.elements = elements }

  func give(to frame: LuaFrame) throws {
    for element in elements { try element.give(to: frame) }
  }
}

/// An object of a class other than Tensor.
struct Instance<Object: AnyObject>: LuaResult {
  let object: Object
  let luaClass: LuaClass<Object>

  init(_ object: Object, _ luaClass: LuaClass<Object>) {
    (self.object, self.luaClass) = (object, luaClass)
  }

  func give(to frame: LuaFrame) { frame.returns(object, as: luaClass) }
}

/// A value as part of a table.
protocol LuaConvertible {
  var luaValue: LuaValue { get }
}

extension Tensor: LuaConvertible {
  var luaValue: LuaValue { .object(self, of: TensorClass.definition) }
}

extension Double: LuaConvertible {
  var luaValue: LuaValue { .number(self) }
}

extension Int: LuaConvertible {
  var luaValue: LuaValue { .integer(Int64(self)) }
}

extension String: LuaConvertible {
  var luaValue: LuaValue { .string(self) }
}

extension Bool: LuaConvertible {
  var luaValue: LuaValue { .boolean(self) }
}
