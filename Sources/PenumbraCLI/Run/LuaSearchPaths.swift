// Where Lua looks for modules by environment, and `-E`, which hides that from it.

internal import Glibc

enum LuaSearchPaths {
  private static let names = ["LUA_PATH_5_4", "LUA_PATH", "LUA_CPATH_5_4", "LUA_CPATH"]

  /// Runs a body, which opens a Lua state, as if the variables were not set. The script's own
  /// `os.getenv` and child processes see them again.
  static func hidden<Result>(_ body: () throws -> Result) rethrows -> Result {
    let saved = names.map { name in (name: name, value: getenv(name).map { strdup($0) }) }
    for name in names { unsetenv(name) }
    defer {
      for (name, value) in saved {
        guard let value, let text = value else { continue }
        setenv(name, text, 1)
        free(text)
      }
    }
    return try body()
  }
}
