/// Ways out of a sandbox, as scripts try them.

import Testing

/// One attempt. The script returns a value that is true if it got anything that its profile closes; an
/// error, nil or false is a refusal.
struct Escape: CustomTestStringConvertible, Sendable {
  let name: String
  let script: String

  init(_ name: String, _ script: String) { (self.name, self.script) = (name, script) }

  var testDescription: String { name }
}

extension Escape {
  /// Closed to `experiment` and `pure`. `OUTSIDE` stands for a file that exists, outside all folders, and
  /// `INSIDE` for a folder that is open to `experiment`.
  static let all: [Escape] = processes + code + introspection + files + ownFiles + collector

  private static let processes = [
    Escape("os.execute", "return os.execute('true')"),
    Escape("os.execute asks for a shell", "return os.execute()"),
    Escape("os.exit", "os.exit(0)"),
    Escape("os.exit closing the state", "os.exit(true, true)"),
    Escape("os.getenv", "return os.getenv('PATH')"),
    Escape("os.setlocale", "return os.setlocale('C')"),
    Escape("io.popen", "return io.popen('true')"),
    Escape("popen through package.loaded", "return package.loaded.io.popen('true')"),
    Escape("execute through _G of package.loaded", "return package.loaded._G.os.execute('true')"),
    Escape("execute through require", "return require('os').execute('true')"),
    Escape(
      "execute in a coroutine", "return coroutine.wrap(function() return os.execute('true') end)()"),
    Escape("execute under pcall", "return (pcall(os.execute, 'true'))"),
    Escape("execute as a metamethod", "return setmetatable({}, {__index = os.execute}).x"),
    Escape("execute as a sort comparator", "table.sort({'true', 'true'}, os.execute) return true"),
    Escape("execute as a gsub callback", "return select(2, ('true'):gsub('.+', os.execute)) == 1"),
    Escape("execute through load", "return load('return os.execute()')()"),
    Escape("execute with a fresh environment", "return load('return execute()', 'x', 't', os)()"),
    Escape(
      "execute at a to-be-closed variable",
      "do local x <close> = setmetatable({}, {__close = function() os.execute('true') end}) end return 1"
    ),
    Escape(
      "a data set from the network",
      "return require('penumbra').data.mnist('INSIDE', {download = true, source = 'file:///tmp/'})"),
  ]

  private static let code = [
    Escape("package.loadlib", "return package.loadlib('libc.so.6', '*')"),
    Escape(
      "a C module by cpath",
      "package.cpath = '/usr/lib/x86_64-linux-gnu/lua/5.4/?.so' return require 'lfs'"),
    Escape(
      "the all-in-one searcher",
      "package.cpath = '/usr/lib/x86_64-linux-gnu/lua/5.4/?.so' return package.searchers[4]('lfs.x')"
    ),
    Escape("the C searcher", "return package.searchers[3]('lfs')"),
    Escape("string.dump", "return string.dump(function() end)"),
    Escape("dump as a method", "return getmetatable('').__index.dump(print)"),
    Escape("bytecode as text", "return load('\\27Lua\\x54\\0')"),
    Escape("bytecode asked for", "return load('\\27Lua\\x54\\0', 'x', 'b')"),
    Escape(
      "bytecode from a reader",
      "local n = 0 return load(function() n = n + 1 return n == 1 and '\\27Lua' or nil end)"),
    Escape(
      "bytecode from a reader, one byte at a time",
      "local t = {'\\27', 'L', 'u', 'a'} return load(function() return table.remove(t, 1) end)"),
    Escape(
      "bytecode in a file",
      """
      local f = io.open('INSIDE/code', 'w') f:write('\\27Lua\\x54\\0\\x19\\x93') f:close()
      return loadfile('INSIDE/code')
      """),
    Escape(
      "bytecode in a file behind a comment",
      """
      local f = io.open('INSIDE/code', 'w') f:write('# x\\n\\27Lua\\x54\\0\\x19\\x93') f:close()
      return loadfile('INSIDE/code')
      """),
  ]

  private static let introspection = [
    Escape("debug.getregistry", "return debug.getregistry()"),
    Escape("debug.getupvalue", "return debug.getupvalue(print, 1)"),
    Escape("debug.setupvalue", "return debug.setupvalue(setmetatable, 1, nil)"),
    Escape("debug.sethook", "debug.sethook() return true"),
    Escape("debug.getinfo", "return debug.getinfo(1)"),
    Escape("debug.getlocal", "return debug.getlocal(1, 1)"),
    Escape("debug.setmetatable", "return debug.setmetatable(1, {})"),
    Escape(
      "debug.getmetatable of a tensor",
      "return debug.getmetatable(require('penumbra').ones(1))"),
    Escape("debug.upvaluejoin", "return debug.upvaluejoin(print, 1, print, 1)"),
    Escape("debug from package.loaded", "return package.loaded.debug.getregistry()"),
    Escape("getmetatable of a tensor", "return getmetatable(require('penumbra').ones(1))"),
    Escape("getmetatable of a file", "return getmetatable(io.stdout)"),
    Escape("getmetatable of pn.run", "return getmetatable(require('penumbra').run)"),
    Escape("the file's metatable through its methods", "return io.stdout.__gc"),
    Escape("an error object that tells", "return select(2, pcall(error)) or nil"),
    Escape(
      "the address in math.randomseed()",
      "local _, b = math.randomseed() return ('%p'):format(coroutine.running()) == ('0x%x'):format(b)"
    ),
    Escape(
      "a metatable that another one protects",
      "return setmetatable(setmetatable({}, {__metatable = 1}), {})"),
    Escape("setmetatable of a string", "return setmetatable('', {})"),
  ]

  private static let files = [
    Escape("io.open", "return io.open('OUTSIDE')"),
    Escape("io.open for writing", "return io.open('OUTSIDE.new', 'w')"),
    Escape("io.open with a number for a path", "return io.open(12345, 'w')"),
    Escape("io.open with .. ", "return io.open('INSIDE/../outside.txt')"),
    Escape("io.open through a link", "return io.open('INSIDE/link')"),
    Escape("io.open through a link to a folder", "return io.open('INSIDE/up/outside.txt')"),
    Escape("io.open through a dangling link", "return io.open('INSIDE/dangling', 'w')"),
    Escape("io.open behind a zero byte", "return io.open('OUTSIDE\\0INSIDE/x')"),
    Escape("io.open of the process's memory", "return io.open('/proc/self/mem', 'r+')"),
    Escape("io.open of a folder's sibling", "return io.open('INSIDE-sibling/x', 'w')"),
    Escape("io.open of a pipe", "return io.open('INSIDE/pipe')"),
    Escape("io.lines", "return io.lines('OUTSIDE')()"),
    Escape("io.input", "io.input('OUTSIDE') return io.read('a')"),
    Escape("io.output", "io.output('OUTSIDE.new') return true"),
    Escape("io.tmpfile", "return io.tmpfile()"),
    Escape("io.read of the host's input", "return io.read(0)"),
    Escape("io.stdin of the host", "return io.stdin:read(0)"),
    Escape("os.remove", "return os.remove('OUTSIDE')"),
    Escape("os.remove through a link", "return os.remove('INSIDE/link')"),
    Escape("os.rename out", "return os.rename('INSIDE/own.txt', 'OUTSIDE.new')"),
    Escape("os.rename in", "return os.rename('OUTSIDE', 'INSIDE/mine.txt')"),
    Escape("loadfile", "return loadfile('OUTSIDE')"),
    Escape("loadfile of standard input", "return loadfile()"),
    Escape("dofile", "dofile('OUTSIDE') return true"),
    Escape(
      "require by package.path",
      "package.path = 'OUTSIDE' return require('any.thing')"),
    Escape(
      "require by package.path and a template",
      "package.path = 'INSIDE/../?.txt' return require('outside')"),
    Escape("package.searchpath", "return package.searchpath('outside', 'INSIDE/../?.txt')"),
    Escape(
      "a replaced package.searchpath",
      "package.searchpath = function() return 'OUTSIDE' end return require('any')"),
    Escape("a module name with ..", "package.path = 'INSIDE/?.txt' return require('//outside')"),
    Escape(
      "string methods replaced before require",
      """
      local s = getmetatable('').__index
      s.gsub = function() return 'OUTSIDE' end s.match = s.gsub
      package.path = 'INSIDE/?' return require('outside')
      """),
  ]

  /// Penumbra's own ways to files.
  private static let ownFiles = [
    Escape(
      "pn.save",
      "require('penumbra').save('OUTSIDE.new', {x = require('penumbra').ones(1)}) return 1"),
    Escape(
      "pn.save over a link",
      "local pn = require('penumbra') pn.save('INSIDE/link', {x = pn.ones(1)}) return 1"),
    Escape(
      "pn.save by ..",
      "local pn = require('penumbra') pn.save('INSIDE/../new.npy', pn.ones(1)) return 1"),
    Escape("pn.load", "return require('penumbra').load('OUTSIDE')"),
    Escape(
      "pn.load through a folder that is a link",
      "return require('penumbra').sha256('INSIDE/up/outside.txt')"),
    Escape("pn.sha256", "return require('penumbra').sha256('OUTSIDE')"),
    Escape("pn.load_image", "return require('penumbra').load_image('OUTSIDE')"),
    Escape(
      "pn.save_images",
      "local pn = require('penumbra') pn.save_images('OUTSIDE.png', pn.rand(1, 1, 2, 2)) return 1"),
    Escape("pn.data.csv", "return require('penumbra').data.csv('OUTSIDE')"),
    Escape("pn.data.mnist", "return require('penumbra').data.mnist('/usr/share')"),
    Escape("pn.data.image_folder", "return require('penumbra').data.image_folder('/')"),
    Escape(
      "pn.save_checkpoint",
      "local pn = require('penumbra') pn.save_checkpoint('OUTSIDE.new', {x = pn.ones(1)}) return 1"),
    Escape("pn.load_checkpoint", "return require('penumbra').load_checkpoint('OUTSIDE')"),
    Escape(
      "a figure",
      "local pn = require('penumbra') pn.plot.save('OUTSIDE.svg', {panels = {{series = {{kind = 'line', x = pn.ones(3), y = pn.ones(3)}}}}}) return 1"
    ),
    Escape(
      "pn.save as a callback",
      "local pn = require('penumbra') table.sort({1, 2}, function() pn.save('OUTSIDE.new', {x = pn.ones(1)}) return true end) return 1"
    ),
    Escape(
      "pn.save under pn.profile",
      "local pn = require('penumbra') pn.profile(function() pn.save('OUTSIDE.new', {x = pn.ones(1)}) end) return 1"
    ),
    Escape(
      "pn.save from a finalizer",
      "local pn = require('penumbra') setmetatable({}, {__gc = function() pn.save('OUTSIDE.new', {x = pn.ones(1)}) end}) collectgarbage() return 1"
    ),
  ]

  private static let collector = [
    Escape("collectgarbage stop", "return collectgarbage('stop')"),
    Escape("collectgarbage generational", "return collectgarbage('generational')"),
    Escape("collectgarbage tuned", "return collectgarbage('setpause', 100000)"),
    Escape("a finalizer", "return setmetatable({}, {__gc = function() end})"),
    Escape("a finalizer given as true", "return setmetatable({}, {__gc = true})"),
    Escape(
      "a finalizer through __index",
      "return setmetatable({}, setmetatable({__gc = 1}, {__index = function() end}))"),
    Escape(
      "a limit of tensor memory raised",
      "local pn = require('penumbra') local was = pn.memory_limit() return pn.memory_limit(was * 2) > was"
    ),
  ]

  /// Closed to `pure` alone.
  static let ofPure = [
    Escape("os.time", "return os.time()"),
    Escape("os.time of a table", "return os.time{year = 2000, month = 1, day = 1}"),
    Escape("os.clock", "return os.clock()"),
    Escape("os.date", "return os.date()"),
    Escape("pn.clock", "return require('penumbra').clock()"),
    Escape("pn.profile tells times", "return require('penumbra').profile(function() end)"),
    Escape(
      "the time in math.randomseed()",
      "local a = math.randomseed() return a > 1500000000 and a < 3000000000"),
    Escape("io.open in the folder", "return io.open('INSIDE/own.txt')"),
    Escape("os.tmpname", "return os.tmpname()"),
    Escape("os.remove in the folder", "return os.remove('INSIDE/own.txt')"),
    Escape(
      "pn.save in the folder",
      "local pn = require('penumbra') pn.save('INSIDE/x.npy', pn.ones(1)) return 1"),
    Escape(
      "a figure in the folder",
      "local pn = require('penumbra') pn.plot.save('INSIDE/x.svg', {panels = {{series = {{kind = 'line', x = pn.ones(3), y = pn.ones(3)}}}}}) return 1"
    ),
    Escape("require of a file", "package.path = 'INSIDE/?.lua' return require('module')"),
    Escape("package.searchpath", "return package.searchpath('module', 'INSIDE/?.lua')"),
  ]
}
