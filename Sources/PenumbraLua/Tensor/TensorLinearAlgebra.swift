/// Matrix products, einsum and factorisations, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorLinearAlgebra {
  static let entries: [Entry] = []
}
