/// Convolutions and pooling, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorConvolution {
  static let entries: [Entry] = []
}
