/// Tensors as Lua values, for hosts.

package import LuaEmbedding
package import PenumbraTensor

extension LuaFace {
  /// The Lua value that a tensor becomes in any state where `penumbra` was required or installed.
  package static func value(of tensor: Tensor) -> LuaValue {
    .object(tensor, of: TensorClass.definition)
  }

  /// The tensor that a Lua value is, if it is one.
  package static func tensor(in value: LuaValue) -> Tensor? {
    value.object(of: TensorClass.definition)
  }
}
