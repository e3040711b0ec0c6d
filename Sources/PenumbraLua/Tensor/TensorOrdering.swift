/// Sorting, order statistics, counting and running reductions, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorOrdering {
  static let entries: [Entry] = []
}
