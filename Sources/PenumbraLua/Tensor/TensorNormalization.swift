/// Normalisation, resampling, embedding lookup and losses, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorNormalization {
  static let entries: [Entry] = []
}
