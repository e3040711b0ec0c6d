/// Errors of the layers below, as a Lua script sees them.

public import LuaEmbedding
public import PenumbraTensor

extension TensorError: LuaRaisable {
  public var luaMessage: String { description }
}
