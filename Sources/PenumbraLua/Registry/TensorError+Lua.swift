/// Errors of the layers below, as a Lua script sees them: each names the function that was called.

public import LuaEmbedding
public import PenumbraTensor

extension TensorError: LuaRaisable {
  public var luaMessage: String { description }
}

extension TensorError {
  /// The same error as the function `name` of the Lua face met it: `Linear: rand: cannot allocate ...`.
  /// An error that names the function already stays as it is.
  func met(in name: String) -> TensorError {
    let bare = name.hasSuffix("_") ? String(name.dropLast()) : name
    return description.contains(bare) ? self : TensorError(kind, name, description)
  }
}
