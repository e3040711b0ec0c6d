/// Splitting, padding, repeating and scattering, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorArrangement {
  static let entries: [Entry] = []
}
