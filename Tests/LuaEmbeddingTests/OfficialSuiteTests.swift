// Lua's own test suite in a state that accepts bytecode, where someone has it: PENUMBRA_LUA_TESTS names
// the folder of its all.lua. Scripts/lua-tests runs it as scripts see it, bytecode refused.
import Glibc
import LuaEmbedding
import Testing

@Suite(.serialized, .enabled(if: getenv("PENUMBRA_LUA_TESTS") != nil))
struct OfficialSuiteTests {
  static let files = [
    "gc", "db", "calls", "strings", "literals", "tpack", "attrib", "gengc", "locals", "constructs",
    "code", "big", "cstack", "nextvar", "pm", "utf8", "api", "events", "vararg", "closure",
    "coroutine", "goto", "errors", "math", "sort", "bitwise", "verybig", "files",
  ]

  @Test(arguments: files)
  func passes(_ name: String) throws {
    let folder = try #require(getenv("PENUMBRA_LUA_TESTS"))
    #expect(chdir(folder) == 0)
    let state = try LuaState(LuaState.Options(refusesBytecode: false, warnings: false))
    try state.run(
      """
      _U, _soft, _port, _nomsg = true, true, true, true
      ARG, arg = {[-1] = "lua"}, {[-1] = "lua"}
      function Message() end
      debug = nil
      """)
    try state.run(file: "\(name).lua")
    state.close()
  }

  /// The functions that a sandbox replaces pass the tests of those they stand for.
  @Test(arguments: ["strings", "pm", "nextvar", "sort", "events", "utf8", "tpack"])
  func passesWithBoundedFunctions(_ name: String) throws {
    let folder = try #require(getenv("PENUMBRA_LUA_TESTS"))
    #expect(chdir(folder) == 0)
    let state = try LuaState(LuaState.Options(warnings: false))
    let setMetatable = try state.libraryValue("setmetatable")
    try state.boundLibraryFunctions()
    // Some of these files use finalizers.
    try state.setLibraryValue("setmetatable", to: setMetatable)
    try state.run(
      "_U, _soft, _port, _nomsg = true, true, true, true function Message() end debug = nil")
    try state.run(file: "\(name).lua")
  }
}
