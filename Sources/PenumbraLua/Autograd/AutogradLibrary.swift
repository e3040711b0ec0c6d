/// `pn.autograd`: operations of your own, checkpoints and the search for NaN.

internal import LuaEmbedding
internal import PenumbraTensor

enum AutogradLibrary {
  static let library = Library(
    "pn.autograd", "Operations of your own, checkpoints and the search for NaN.", [])
}
