/// What `require "penumbra"` in a stock Lua 5.4 finds in penumbra.so.

internal import LuaEmbedding
internal import PenumbraLua

@_cdecl("penumbra_open")
public func penumbraOpen(_ state: OpaquePointer) -> Int32 {
  LuaState.open(state) { .reference(try LuaFace.open($0)) }
}
