// Which Penumbra and which Lua run.

internal import Glibc
internal import PenumbraLua

enum Version {
  /// The line that `lua -v` prints, of the Lua library in use: "Lua 5.4.4  Copyright …".
  static let luaCopyright: String = {
    // liblua exports its identity: "$LuaVersion: Lua 5.4.4  Copyright (C) … $$LuaAuthors: …".
    guard let symbol = dlsym(nil, "lua_ident") else { return "Lua 5.4" }
    let identity = String(cString: symbol.assumingMemoryBound(to: CChar.self))
    let fields = identity.split(separator: "$")
    guard let field = fields.first(where: { $0.hasPrefix("LuaVersion: ") }) else {
      return "Lua 5.4"
    }
    var line = field.dropFirst("LuaVersion: ".count)
    while line.last == " " { line.removeLast() }
    return String(line)
  }()

  /// "Lua 5.4.4"
  static var lua: String { luaCopyright.split(separator: " ").prefix(2).joined(separator: " ") }

  static var product: String { "Penumbra \(penumbraVersion) (\(lua))" }
}
