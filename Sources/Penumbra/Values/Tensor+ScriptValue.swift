/// Tensors in Lua and in Swift are the same objects: nothing is copied.

public import LuaEmbedding
internal import PenumbraLua
public import PenumbraTensor

/// The very object goes over and comes back. Lua keeps it alive as long as a script can reach it, Swift
/// as long as Swift does, whichever is longer; it outlives the runtime. A script that releases its
/// own (`x:release()`) takes nothing from Swift.
extension Tensor: ScriptValue {
  public static var scriptName: String { "Tensor" }
  public var luaValue: LuaValue { .object(self, of: LuaFace.tensorClass) }
  public static func read(_ frame: LuaFrame, at index: Int) throws -> Self? {
    // A released one says so.
    if frame.isReleased(at: index) {
      return try frame.requireObject(at: index, of: LuaFace.tensorClass) as? Self
    }
    return frame.object(at: index, of: LuaFace.tensorClass) as? Self
  }
}
