// Loading: text only, files, modules.
import Glibc
import LuaEmbedding
import Testing

/// A folder of its own, removed at the end.
private final class Folder {
  let path: String

  init() {
    var template = Array("\(P_tmpdir)/lua-embedding-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "."
  }

  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let file = "\(path)/\(name)"
    if let stream = fopen(file, "wb") {
      fwrite(bytes, 1, bytes.count, stream)
      fclose(stream)
    }
    return file
  }

  deinit {
    for name in ["a.lua", "b.lua", "binary.lua", "module.lua"] { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}

struct LoadingTests {
  @Test func bytecodeIsRefusedOnEveryPath() throws {
    let state = try LuaState()
    let folder = Folder()
    guard
      case .bytes(let dumped) = try state.run("return string.dump(function() return 1 end)").first
    else {
      Issue.record("no bytecode")
      return
    }
    let path = folder.write("binary.lua", dumped)
    try state.setGlobal("path", to: .string(path))
    try state.setGlobal("folder", to: .string(folder.path))
    #expect(
      luaError { _ = try state.load(file: path) }?.message.contains(
        "attempt to load a binary chunk") == true)
    try state.run(
      """
      local code = string.dump(function() return 1 end)
      local function refused(f, message)
        assert(f == nil and message:find('attempt to load a binary chunk', 1, true), message)
      end
      refused(load(code))
      refused(load(code, 'name', 'b'))
      refused(load(code, 'name', 'bt'))
      refused(load(function() local c = code code = nil return c end))
      code = string.dump(function() return 1 end)
      refused(loadfile(path))
      refused(loadfile(path, 'b'))
      local ok, e = pcall(dofile, path)
      assert(not ok and e:find('attempt to load a binary chunk', 1, true))
      package.path = folder .. '/?.lua'
      ok, e = pcall(require, 'binary')
      assert(not ok and e:find('attempt to load a binary chunk', 1, true), e)
      assert(load('return 1', 'x', 'b') == nil)
      """)
    let open = try LuaState(.init(refusesBytecode: false))
    #expect(try open.run("return load(string.dump(function() return 7 end))()").first?.integer == 7)
  }

  @Test func textLoadsAsInStock() throws {
    let state = try LuaState()
    let folder = Folder()
    let file = folder.write("a.lua", Array("#!/usr/bin/lua\nreturn ..., 'file'".utf8))
    _ = folder.write("module.lua", Array("return {name = ..., value = 5}".utf8))
    try state.setGlobal("path", to: .string(file))
    try state.setGlobal("folder", to: .string(folder.path))
    #expect(
      try state.run(file: file, arguments: [3]).map { try state.tostring($0) } == ["3", "file"])
    try state.run(
      """
      assert(load('return 1')() == 1)
      assert(load('return ...', 'n', 't')(4) == 4)
      local env = {x = 9}
      assert(load('return x', 'n', 't', env)() == 9)
      local parts = {'return ', '1', '+2'}
      local i = 0
      assert(load(function() i = i + 1 return parts[i] end)() == 3)
      local f, e = load('x =')
      assert(f == nil and e:find("unexpected symbol near <eof>", 1, true))
      f, e = load(function() return 3.5 .. '' end and function() error('reader') end)
      assert(f == nil and e:find('reader', 1, true))
      f, e = pcall(load)
      assert(not f and e == "bad argument #1 to 'load' (function expected, got no value)", e)
      assert(loadfile(path)('x') == 'x' and select(2, dofile(path)) == 'file')
      assert(loadfile('nowhere.lua') == nil)
      package.path = folder .. '/?.lua'
      local m, where = require 'module'
      assert(m.value == 5 and m.name == 'module' and where == folder .. '/module.lua')
      f, e = pcall(require, 'nothing')
      assert(e:find("no field package.preload['nothing']", 1, true))
      assert(e:find("no file '" .. folder, 1, true))
      """)
  }

  @Test func preloadAndRequire() throws {
    let state = try LuaState()
    var loads = 0
    try state.preload("penumbra") { frame in
      loads += 1
      #expect(frame.string(at: 1) == "penumbra")
      try frame.returns(
        .table([
          (key: "version", value: "1.0"),
          (key: "nn", value: ["Linear": .function("Linear", { frame in frame.returns(2) })]),
        ]))
    }
    #expect(
      try state.run(
        "local pn = require 'penumbra' return pn.nn.Linear(), rawequal(pn, require 'penumbra')"
      ).map { try state.tostring($0) } == ["2", "true"])
    #expect(loads == 1)
    #expect(try state.require("penumbra").reference?.get("version").string == "1.0")
    #expect(try state.run("return penumbra == nil").first?.boolean == true)
  }

  @Test func valuesGoThereAndBack() throws {
    let state = try LuaState()
    try state.setGlobal("v", to: ["list": [1, 2.5, "s", true, .bytes([255, 0])], "n": nil])
    #expect(
      try state.run(
        "return #v.list, v.list[2], v.list[3], v.list[4], v.list[5] == '\\255\\0', v.n == nil"
      ).map { try state.tostring($0) } == ["5", "2.5", "s", "true", "true", "true"])
    let library = try state.makeTable([
      "twice": .function("twice", { $0.returns(($0.number(at: 1) ?? 0) * 2) })
    ])
    #expect(try library.get("twice").reference?.call([21]).first?.number == 42)
    try library.set("x", to: 3)
    #expect(try library.get("x").integer == 3)
    #expect(library.type == .table)
    #expect(
      try state.withFrame([1, "two"]) { frame in
        (frame.integer(at: 1), frame.string(at: 2), frame.argumentCount)
      } == (1, "two", 2))
    #expect(throws: ThingError.self) { try state.withFrame { _ in throw ThingError(code: 1) } }
  }
}
