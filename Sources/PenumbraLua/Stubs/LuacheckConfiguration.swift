/// What luacheck must know: `pn` with all that is in it, for scripts that have it as a global.

enum LuacheckConfiguration {
  /// A complete `.luacheckrc`. Scripts get `pn` as a global by `penumbra -l pn=penumbra`, and in the
  /// interactive mode.
  static var text: String {
    """
    -- Written from the table of exports by `penumbra doc --stubs`; do not edit.
    stds.penumbra = {
      read_globals = {
        pn = {
          fields = {
    \(fields.map { "        \($0)" }.joined(separator: "\n"))
          },
        },
      },
    }
    std = "lua54+penumbra"

    """
  }

  private static var fields: [String] {
    let root = LuaFace.libraries[0]
    let taken = Set(root.entries.map(\.name))
    let functions = TensorClass.library.entries.map(\.name)
      .filter { !taken.contains($0) && !$0.hasSuffix("_") }
    return (root.entries.map(\.name) + functions + ["version", "newaxis"]).map {
      "\(key($0)) = {},"
    }
      + ["run = { other_fields = true },"] + libraries(inside: "pn")
  }

  private static func libraries(inside parent: String) -> [String] {
    LuaFace.libraries.compactMap { library in
      guard !library.isClass, library.name.hasPrefix(parent + ".") else { return nil }
      let name = String(library.name.dropFirst(parent.count + 1))
      guard !name.contains(".") else { return nil }
      let inner = library.entries.map { "\(key($0.name)) = {}," } + libraries(inside: library.name)
      return "\(key(name)) = { fields = { \(inner.joined(separator: " ")) } },"
    }
  }

  /// A key of a table, also where the name is a word of Lua's.
  private static func key(_ name: String) -> String {
    StubFunction.identifier(name) == name ? name : "[\"\(name)\"]"
  }
}
