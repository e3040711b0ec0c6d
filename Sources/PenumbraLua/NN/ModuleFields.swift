/// `net.weight`, `net[1]`, `net.anything`: parameters, children, and the fields of a Lua module.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ModuleFields {
  static let read: LuaFunction = { frame in
    let module = try ModuleClass.module(frame, 1)
    if let position = frame.integer(at: 2) {
      let count = module.children.count
      // ipairs ends at the first nil; further beyond the end is a mistake.
      if module.holdsModules, position == count + 1 { return frame.returnsNil() }
      let place = module.holdsModules && position < 0 ? position + Int64(count) + 1 : position
      guard let child = module.child("\(place)") else {
        throw TensorError(
          .index, module.typeName, argument: "index",
          expected: "1 to \(count), or negative", got: "\(position)")
      }
      return frame.returns(child, as: ModuleClass.definition)
    }
    guard let name = frame.string(at: 2) else { throw frame.unknownField(at: 2) }
    // Slots before a script's own fields: a functional call puts others in their places.
    if let slot = module.slot(name) {
      slot.tensor.give(to: frame)
    } else if let child = module.child(name) {
      frame.returns(child, as: ModuleClass.definition)
    } else if name == "training" {
      frame.returns(module.isTraining)
    } else if module is LuaModule {
      if try !readOwn(frame) { frame.returnsNil() }
    } else if module is ModuleDict {
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
    let name = frame.string(at: 2) ?? frame.integer(at: 2).map { "\($0)" }
    if module is LuaModule, let name = frame.string(at: 2) {
      return try writeOwn(frame, module, name)
    }
    guard module.holdsModules, let name, module is ModuleDict || module.child(name) != nil else {
      throw TensorError(
        .value, module.typeName,
        "field \(frame.describe(at: 2)) cannot be set; modules made by nn.module take fields, and "
          + "Sequential, ModuleList and ModuleDict other modules in the place of theirs")
    }
    if module is ModuleDict, frame.isNoneOrNil(at: 3) {
      module.unregister(name)
    } else {
      guard let child = frame.object(at: 3, of: ModuleClass.definition) else {
        throw TensorError(
          .value, module.typeName, argument: name, expected: "a Module", got: frame.describe(at: 3))
      }
      try module.replace(child: name, with: child)
    }
    try frame.setUserValue(1, at: 1, to: module.childObjects)
  }

  /// A field of a script's module: a module becomes a child, nil takes away what is there, a tensor in
  /// the place of a buffer is its new value, anything else is just kept.
  private static func writeOwn(_ frame: LuaFrame, _ module: Module, _ name: String) throws {
    try LuaModule.requireNoModules(frame, 3, name)
    if let child = frame.object(at: 3, of: ModuleClass.definition) {
      if module.slot(name) != nil { module.unregister(name) }
      try module.replace(child: name, with: child)
    } else if frame.isNoneOrNil(at: 3) {
      module.unregister(name)
    } else if let slot = module.slot(name) {
      guard slot.role == .buffer, let tensor = frame.object(at: 3, of: TensorClass.definition)
      else {
        throw TensorError(
          .value, module.typeName, argument: name,
          slot.role == .buffer
            ? "expected a Tensor for a buffer, got \(frame.describe(at: 3))"
            : "a parameter keeps its tensor; use :copy_ inside pn.no_grad, or register_parameter")
      }
      slot.tensor = tensor
    } else if module.child(name) != nil {
      module.unregister(name)
    }
    try setField(frame, name, to: frame.value(at: 3))
  }

  /// Sets a field in the table of the script's module at index 1.
  static func setField(_ frame: LuaFrame, _ name: String, to value: LuaValue) throws {
    guard case .reference(let table) = try frame.userValue(1, at: 1) else { return }
    try table.set(name, to: value)
  }
}

extension Module {
  /// Whether scripts may look at its children by number or name and put others in their places.
  var holdsModules: Bool { self is Sequential || self is ModuleList || self is ModuleDict }
}
