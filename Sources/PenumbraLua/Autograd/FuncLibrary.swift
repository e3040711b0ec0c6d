/// `pn.func`: derivatives of functions.

internal import LuaEmbedding
internal import PenumbraTensor

enum FuncLibrary {
  static let library = Library("pn.func", "Derivatives of functions.", [])
}
