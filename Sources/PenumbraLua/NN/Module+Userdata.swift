/// What keeps the Lua side of a tree of modules alive.

internal import LuaEmbedding
internal import PenumbraNN

extension Module {
  /// Makes this module's userdata and keeps a value with it.
  func anchor(_ state: LuaState, _ value: LuaValue) throws {
    // The table holds the userdata while it is being furnished.
    let holder = try state.makeTable(.array([.object(self, of: ModuleClass.definition)]))
    try state.setUserValue(1, of: self, as: ModuleClass.definition, to: value)
    withExtendedLifetime(holder) {}
  }

  /// The children as Lua sees them.
  var childObjects: LuaValue {
    .array(children.map { .object($0.module, of: ModuleClass.definition) })
  }

  /// Makes every container in a new tree keep its children's userdata, on which modules made by a
  /// script depend. Until then whatever made the tree must keep them.
  ///
  /// - Returns: what keeps the root until it has a place.
  func adopt(_ state: LuaState) throws -> LuaReference {
    let modules = namedModules().map(\.module)
    let holder = try state.makeTable(
      .array(modules.map { .object($0, of: ModuleClass.definition) }))
    for module in modules where !(module is LuaModule) && !module.children.isEmpty {
      try state.setUserValue(
        1, of: module, as: ModuleClass.definition, to: module.childObjects)
    }
    return holder
  }
}
