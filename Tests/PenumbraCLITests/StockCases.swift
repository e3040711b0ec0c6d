// More invocations for the comparison with the stock interpreter, and the scripts that they run.

extension StockComparisonTests {
  static let moreFiles = [
    "return.lua": "return 1, 'two', nil",
    "close.lua": """
    local a <close> = setmetatable({}, {__close = function(_, e) print('closing', e) end})
    local b <const> = 5
    print(b)
    os.exit(tonumber(arg[1]) or true, arg[2] == 'close')
    """,
    "gcerror.lua": """
    setmetatable({}, {__gc = function() error('in gc') end})
    collectgarbage()
    print('after')
    """,
    "empty.lua": "",
    "bom.lua": "\u{FEFF}print('bom')",
    "bomshebang.lua": "\u{FEFF}#!x\nprint('both', debug.getinfo(1).currentline)",
    "shebang-only.lua": "#!/usr/bin/lua",
    "crlf.lua": "print('a')\r\nprint('b')\r\n",
    "named.lua": "error(setmetatable({}, { __name = 'My.Type' }))",
    "level.lua": """
    local function f() error('caller', 2) end
    local function g()
      f()
    end
    g()
    """,
    "tail.lua": """
    local function f() return error('tail') end
    local function g() return f() end
    g()
    """,
    "method.lua": """
    local t = {}
    function t:go() self.missing.field = 1 end
    t:go()
    """,
    "arith.lua": """
    local t = { n = {} }
    print(t.n + 1)
    """,
    "concat.lua": """
    local x
    print('a' .. x)
    """,
    "compare.lua": "print(1 < 'x')",
    "callnil.lua": """
    local t = {}
    t.x.y()
    """,
    "upvalue.lua": """
    local up
    local function f() return up.x end
    f()
    """,
    "global.lua": "undefinedfunction()",
    "forloop.lua": "for i = 1, 10, 0 do end",
    "intdiv.lua": "print(1 // 0)",
    "badmod.lua": "error('module fails')",
    "synmod.lua": "x = = 1",
    "nilmod.lua": "return nil",
    "falsemod.lua": "return false",
    "cowrap.lua": """
    local f = coroutine.wrap(function() error({}) end)
    f()
    """,
    "coclose.lua": """
    local co = coroutine.create(function() local x <close> = setmetatable({}, {__close=function() print 'c' end}) coroutine.yield() end)
    coroutine.resume(co) print(coroutine.close(co))
    """,
    "xp.lua":
      "print(xpcall(function() error('e') end, function(m) return 'handled ' .. m end))",
    "hooks.lua": """
    local n = 0 debug.sethook(function() n = n + 1 end, 'l')
    local x = 1
    local y = 2
    debug.sethook()
    print(n)
    """,
    "dofile.lua": """
    print(dofile('return.lua'))
    print(pcall(dofile, 'none.lua'))
    print(loadfile('syntax.lua'))
    """,
    "utf8.lua":
      "print(utf8.char(228, 8364), #utf8.char(8364)) for p, c in utf8.codes('ä€') do io.write(p, ' ', c, ';') end print()",
    "lines.lua": "for l in io.lines() do print('[' .. l .. ']') end",
    "readall.lua": "io.write(#io.read('a'), '\\n') print(io.read())",
    "stderr.lua": "io.stderr:write('err\\n') print('out') io.stderr:write('err2\\n')",
    "setlocale.lua": "print(os.setlocale()) print(string.format('%.3f', 1.5))",
    "date.lua":
      "print(os.date('!%Y-%m-%d', 0), os.time{year=2000,month=1,day=1,hour=12})",
    "gsub.lua": "print(('hello'):gsub('l', {l = 'L'})) print(pcall(string.rep, 'x', -1))",
    "metaprint.lua":
      "print(setmetatable({}, {__name = 'N'}) ~= nil, tostring(setmetatable({}, {__tostring = function() return 'T' end})))",
    "integers.lua":
      "print(math.maxinteger + 1 == math.mininteger, 7 // -2, -7 % 3, 1e15, 2^63, 0x7fffffffffffffff, 10 // 0.0, '10' + 5, 10 .. '')",
  ]

  static let moreCases = [
    Case("return.lua"),
    Case("empty.lua"),
    Case("bom.lua"),
    Case("bomshebang.lua"),
    Case("shebang-only.lua"),
    Case("crlf.lua"),
    Case("named.lua"),
    Case("level.lua"),
    Case("tail.lua"),
    Case("method.lua"),
    Case("arith.lua"),
    Case("concat.lua"),
    Case("compare.lua"),
    Case("callnil.lua"),
    Case("upvalue.lua"),
    Case("global.lua"),
    Case("forloop.lua"),
    Case("intdiv.lua"),
    Case("cowrap.lua"),
    Case("coclose.lua"),
    Case("xp.lua"),
    Case("hooks.lua"),
    Case("dofile.lua"),
    Case("utf8.lua"),
    Case("stderr.lua"),
    Case("setlocale.lua"),
    Case("date.lua"),
    Case("gsub.lua"),
    Case("metaprint.lua"),
    Case("integers.lua"),
    Case("gcerror.lua"),
    Case("close.lua", "3"),
    Case("close.lua", "3", "close"),
    Case("close.lua", "256"),
    Case("close.lua", "-1"),
    Case("close.lua", "0", "close"),
    Case("close.lua", "x", "close"),
    Case("-W", "gcerror.lua"),
    Case("lines.lua", input: "a\n\nb"),
    Case("readall.lua", input: String(repeating: "x", count: 70_000)),
    Case("lines.lua"),
    Case("-l", "badmod", "-e", "print'no'"),
    Case("-l", "synmod"),
    Case("-l", "nilmod", "-e", "print(nilmod)"),
    Case("-l", "falsemod", "-e", "print(falsemod)"),
    Case("-l", "=mod"),
    Case("-l", "x="),
    Case("-l", "a.b=mod", "-e", "print(_G['a.b'].name)"),
    Case("-e", "print(arg[-3], arg[-2], arg[-1], arg[0], arg[1])", "return.lua", "z"),
    Case("-E", "-e", "print(#arg, arg[0])", "-v"),
    Case("-", "-", input: "print(...)"),
    Case("-v", "-", input: "print('v')"),
    Case("-e", "io.write('no newline')"),
    Case("-e", "print(1)", "-", input: "print(2, arg[0])"),
    Case("--"),
    Case("--", input: "print('end of options')"),
    Case("-W", "-W", "-e", "warn('twice')"),
    Case("-e", "warn('@unknown') warn('@on') warn('@on', 'not control')"),
    Case("-e", "print(pcall(warn)) print(pcall(warn, 1, {}))"),
    Case("-v", "-v", "-e", "print(2)"),
    Case("-E", "-v"),
    Case("-v", "-l", "mod"),
    Case("-e", "os.exit(7, true)"),
    Case(
      "-e",
      "local x <close> = setmetatable({}, {__close=function() print('c') end}) os.exit(0, true)"),
    Case("-e", "error(2^53)"),
    Case("-e", "error(nil)"),
    Case("-e", "error(('long '):rep(300))"),
    Case("-e", "error('with\\nnewline')"),
    Case("-e", "local a = {} ; a.b.c = 1", "return.lua"),
    Case("-e", "return 1", "-e", "print(...)", "return.lua", "q"),
    Case("-e", "goto nowhere"),
    Case("-e", "local x <const> = 1; x = 2"),
    Case("-e", "local x <unknown> = 1"),
    Case("-e", "print(#arg, ...)", "--", "return.lua"),
    Case("-e", "x", "return.lua"),
    Case("-e", "'unfinished"),
    Case("-e", "for"),
    Case("-e", "return return"),
    Case("-e", "print(package.path)", environment: ["LUA_PATH": ";;"]),
    Case("-e", "print(package.cpath)", environment: ["LUA_CPATH": ";;"]),
    Case("-e", "print(package.path)", environment: ["LUA_PATH": "x;;"]),
    Case("-e", "print(package.cpath)", environment: ["LUA_CPATH": "x;;"]),
    Case("-e", "print(package.path)", environment: ["LUA_PATH": "x;;y"]),
    Case("-e", "print(package.cpath)", environment: ["LUA_CPATH": "x;;y"]),
    Case("-e", "print(package.path)", environment: ["LUA_PATH": ";;y"]),
    Case("-e", "print(package.cpath)", environment: ["LUA_CPATH": ";;y"]),
    Case("-e", "print(package.path)", environment: ["LUA_PATH": ""]),
    Case("-e", "print(package.cpath)", environment: ["LUA_CPATH": ""]),
    Case("-e", "print(package.path)", environment: ["LUA_PATH": ";;;"]),
    Case("-e", "print(package.cpath)", environment: ["LUA_CPATH": ";;;"]),
    Case("-e", "print(package.path)", environment: ["LUA_PATH": ";;a;;"]),
    Case("-e", "print(package.cpath)", environment: ["LUA_CPATH": ";;a;;"]),
    Case("-e", "print(package.path)", environment: ["LUA_PATH": "a", "LUA_PATH_5_4": "b;;"]),
    Case("-e", "print(package.cpath)", environment: ["LUA_CPATH": "a", "LUA_CPATH_5_4": "b"]),
    Case("-e", "require 'zzz'", environment: ["LUA_PATH": "q/?.lua", "LUA_CPATH": "q/?.so"]),
    Case("-E", "-e", "print(package.cpath)", environment: ["LUA_CPATH": "x"]),
    Case("-e", "print(1)", environment: ["LUA_INIT": ""]),
    Case("-e", "print(1)", environment: ["LUA_INIT": "@"]),
    Case("-e", "print(1)", environment: ["LUA_INIT": "syntax error"]),
    Case("-e", "print(1)", environment: ["LUA_INIT_5_4": "", "LUA_INIT": "print('not')"]),
    Case("-v", environment: ["LUA_INIT": "print('init')"]),
    Case("return.lua", environment: ["LUA_INIT": "return 5"]),
    Case("-e", "print(y)", environment: ["LUA_INIT": "y = select('#', ...)"]),
    Case("-l", "mod", environment: ["LUA_INIT": "os.exit(9)"]),
    Case(input: "print('stdin')", environment: ["LUA_INIT": "print('init')"]),
    Case("-e", "print(package.config)"),
    Case("-W", input: "warn('main')", environment: ["LUA_INIT": "warn('init')"]),
    Case("nofile.lua", "x", environment: ["LUA_INIT": "print 'i'"]),
  ]
}
