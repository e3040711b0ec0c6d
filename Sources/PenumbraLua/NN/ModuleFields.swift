/// `net.weight`, `net[1]`, `net.anything`: parameters, children, and the fields of a Lua module.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ModuleFields {
  static let read: LuaFunction = { frame in
    let module = try ModuleClass.module(frame, 1)
    if module is LuaModule, try readOwn(frame) { return }
    if let position = frame.integer(at: 2) {
      guard let child = module.child("\(position)") else {
        throw TensorError(
          .index, module.typeName, argument: "index",
          expected: "1 to \(module.children.count)", got: "\(position)")
      }
      return frame.returns(child, as: ModuleClass.definition)
    }
    guard let name = frame.string(at: 2) else { throw frame.unknownField(at: 2) }
    if let slot = module.slot(name) {
      slot.tensor.give(to: frame)
    } else if let child = module.child(name) {
      frame.returns(child, as: ModuleClass.definition)
    } else if name == "training" {
      frame.returns(module.isTraining)
    } else if module is LuaModule {
      frame.returnsNil()
    } else {
      throw frame.unknownField(at: 2)
    }
  }

  /// A field that the script gave; true if there is one.
  private static func readOwn(_ frame: LuaFrame) throws -> Bool {
    guard let key = frame.string(at: 2) else { return false }
    return try frame.withUserValue(1, at: 1) { table in
      try frame.withField(key, ofTableAt: table) { slot in
        guard !frame.isNoneOrNil(at: slot) else { return false }
        try frame.returns(frame.value(at: slot))
        return true
      }
    }
  }

  static let write: LuaFunction = { frame in
    let module = try ModuleClass.module(frame, 1)
    guard module is LuaModule, let name = frame.string(at: 2) else {
      throw TensorError(
        .value, module.typeName,
        "field \(frame.describe(at: 2)) cannot be set; only modules made by nn.module take fields")
    }
    guard module.slot(name) == nil, module.child(name) == nil,
      frame.luaClass(at: 3) !== ModuleClass.definition
    else {
      throw TensorError(
        .value, module.typeName,
        "parameters and child modules are given to nn.module when it is made ('\(name)')")
    }
    let fields = try frame.userValue(1, at: 1)
    guard case .reference(let table) = fields else { return }
    try table.set(name, to: frame.value(at: 3))
  }
}
