/// What `import Penumbra` shows besides its own names: Lua's values and errors, and tensors.

@_exported public import LuaEmbedding
@_exported public import PenumbraTensor
