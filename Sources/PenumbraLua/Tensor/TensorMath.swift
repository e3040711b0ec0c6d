/// Elementwise functions beyond arithmetic, as methods with in-place twins.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorMath {
  static let entries: [Entry] = []
}
