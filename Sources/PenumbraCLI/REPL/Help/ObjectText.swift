// What help says of an object: a tensor, a network, an optimiser.

internal import LuaEmbedding
internal import PenumbraLua
internal import PenumbraTensor

enum ObjectText {
  /// Its fields, and its methods if Lua has not seen it.
  static func names(of object: AnyObject, methodsOnly: Bool) -> [String] {
    let methods = ObjectFields.luaClass(of: object)?.methodNames ?? []
    return methodsOnly ? methods : methods + ObjectFields.names(of: object)
  }

  /// What it is, its fields, and where its methods are listed.
  static func summary(of object: AnyObject, named name: String?) -> String {
    let kind = (object as? Tensor).map(TensorSummary.brief) ?? "\(object)"
    var text = (name.map { "\($0): " } ?? "") + kind + "\n"
    let fields = ObjectFields.names(of: object).filter(LuaName.isName)
    if !fields.isEmpty { text += "\nfields: \(fields.joined(separator: ", "))\n" }
    if let luaClass = ObjectFields.luaClass(of: object) {
      text += "methods: help \"\(luaClass.name)\"\n"
    }
    return text
  }
}
