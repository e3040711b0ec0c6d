-- The grammar of random programs: text, one statement a line, so that lines can be taken away.
local random = math.random
local function choice(list) return list[random(#list)] end

-- What writes files, draws, waits, or changes the limits of the process.
local excluded = {
  save = true, save_images = true, save_checkpoint = true, clock = true, memory_limit = true, set_num_threads = true,
  plot = true, run = true, mnist = true, fashion_mnist = true, config = true, help = true, image_folder = true,
  set_matmul_precision = true, detect_anomaly = true, progress = true,
}

local functions, methods

local function collect(pn)
  functions, methods = {}, {}
  local function walk(path, library)
    for name, value in pairs(library) do
      if not excluded[name] then
        if type(value) == "function" then functions[#functions + 1] = path .. name end
        if type(value) == "table" then walk(path .. name .. ".", value) end
      end
    end
  end
  walk("pn.", pn)
  local w = pn.ones(2):requires_grad_()
  local samples = {
    pn.ones(2), pn.nn.Linear(2, 2), pn.optim.SGD({ w }, { lr = 0.1 }), pn.blur.noise { sigma = 1 }, pn.generator(1),
    pn.schedule.linear { from = 1, to = 0, steps = 3 }, pn.data.dataset { pn.ones(4, 2) }, pn.data.mixture "ring", pn.scope(),
  }
  local known = {}
  for _, sample in ipairs(samples) do
    local _, list = debug.getupvalue(debug.getmetatable(sample).__index, 2)
    for name in pairs(list) do known[name] = true end
  end
  for name in pairs(known) do
    if not excluded[name] then methods[#methods + 1] = name end
  end
  table.sort(functions)
  table.sort(methods)
end

local function variable() return "v" .. random(8) end

local numbers = {
  "0", "1", "2", "3", "-1", "-2", "1.5", "0.1", "0/0", "1/0", "-1/0", "math.maxinteger", "math.mininteger", "1<<40", "1e300", "2^53",
}

local makers = {
  function() return ("pn.randn(%d, %d)"):format(random(0, 3), random(0, 3)) end,
  function() return ("pn.ones(%d)"):format(random(0, 4)) end,
  function() return "pn.randn(3):requires_grad_()" end,
  function() return "pn.tensor{1, 2, 3}" end,
  function() return "pn.tensor({{1, 2}, {3, 4}}, {dtype = 'int64'})" end,
  function() return "pn.rand(2, 3, 4):gt(0.5)" end,
  function() return "pn.randn(2, 3):to('float64'):t()" end,
  function() return "pn.nn.Linear(3, 2)" end,
  function() return "pn.nn.Sequential(pn.nn.Linear(3, 3), pn.nn.Tanh())" end,
  function() return "pn.nn.module{w = pn.ones(3):requires_grad_(), forward = function(self, x) return x * self.w end}" end,
  function() return "pn.optim.Adam({pn.ones(3):requires_grad_()}, {lr = 0.1})" end,
  function() return "pn.optim.SGLD({pn.ones(3):requires_grad_()}, {lr = 0.1})" end,
  function() return "pn.schedule.linear{from = 1, to = 0, steps = 4}" end,
  function() return "pn.blur.smear{sigma = 1, copies = 2}" end,
  function() return "pn.data.dataset{pn.randn(6, 2)}" end,
  function() return "pn.data.dataset{pn.randn(6, 2)}:batches{size = 2, steps = 3}" end,
  function() return "pn.scope()" end,
  function() return "pn.no_grad()" end,
  function() return "pn.generator(3)" end,
}

local expression, block

local function list(depth, most)
  local parts = {}
  for k = 1, random(0, most or 3) do parts[k] = expression(depth - 1) end
  return table.concat(parts, ", ")
end

local function inline(depth) return "fn(function(...) " .. block(depth - 1, 2, " ") .. " end)" end

local events = {
  "__index", "__newindex", "__call", "__gc", "__close", "__add", "__eq", "__len", "__tostring", "__name", "__metatable",
  "__pairs", "__concat", "__lt", "__unm",
}

local function metatable(depth)
  local parts = {}
  for k = 1, random(3) do
    parts[k] = choice(events) .. " = " .. (random(6) == 1 and expression(depth - 1) or inline(depth))
  end
  if random(4) == 1 then parts[#parts + 1] = "__mode = 'kv'" end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local forms = {
  variable, variable, variable, variable,
  function() return choice(numbers) end,
  function() return choice { "nil", "true", "false", "'float64'", "'mean'", "''", "'x'", "{}", "...", "print", "io.stdout" } end,
  function() return choice(makers)() end,
  function() return choice(makers)() end,
  function(depth) return choice(functions) .. "(" .. list(depth) .. ")" end,
  function(depth) return choice(functions) .. "(" .. list(depth) .. ")" end,
  function(depth) return variable() .. ":" .. choice(methods) .. "(" .. list(depth, 2) .. ")" end,
  function(depth) return variable() .. ":" .. choice(methods) .. "(" .. list(depth, 2) .. ")" end,
  function(depth) return "(" .. expression(depth - 1) .. " " .. choice { "+", "-", "*", "/", "^", "//", "%", "..", "==", "<", "&", "and", "or" }
    .. " " .. expression(depth - 1) .. ")" end,
  function(depth) return choice { "- ", "not ", "# ", "~ " } .. expression(depth - 1) end,
  function(depth) return variable() .. "[" .. expression(depth - 1) .. "]" end,
  function(depth) return variable() .. "[{" .. list(depth, 2) .. "}]" end,
  function(depth) return "{" .. list(depth) .. "}" end,
  function(depth) return "{x = " .. expression(depth - 1) .. ", " .. list(depth, 2) .. "}" end,
  function(depth) return inline(depth) end,
  function(depth) return variable() .. "(" .. list(depth, 2) .. ")" end,
  function(depth) return "coroutine.wrap(" .. inline(depth) .. ")" end,
  function(depth) return "coroutine.create(" .. inline(depth) .. ")" end,
  function(depth) return "setmetatable({}, " .. metatable(depth) .. ")" end,
  function(depth) return "select(2, pcall(" .. expression(depth - 1) .. ", " .. variable() .. "))" end,
  function(depth) return "select(-1, xpcall(" .. inline(depth) .. ", " .. expression(depth - 1) .. "))" end,
  function() return "debug.getmetatable(" .. variable() .. ")" end,
}

function expression(depth)
  if depth <= 0 then return random(3) == 1 and choice(numbers) or variable() end
  return choice(forms)(depth)
end

-- Statements that may fail stand in a pcall of their own, most of the time.
local function tried(text)
  if random(5) == 1 then return text end
  return "pcall(function(...) " .. text .. " end, " .. variable() .. ")"
end

local attacks = {
  "debug.getmetatable(%s).__gc(%s)", "debug.getmetatable(%s).__close(%s)", "debug.setmetatable(%s, debug.getmetatable(%s))",
  "debug.setmetatable(%s, nil)", "debug.setuservalue(%s, %s, 1)", "debug.getmetatable(%s).__index = %s",
  "debug.setupvalue(debug.getmetatable(%s).__add, 1, %s)", "debug.setupvalue(%s, 1, %s)", "rawset(debug.getmetatable(%s), '__gc', %s)",
  "debug.getmetatable(%s).__index(%s, 'exp')", "debug.getmetatable(%s).__newindex(%s)", "debug.getregistry()[%s] = nil",
  "debug.sethook(%s, '', 50)", "debug.upvaluejoin(%s, 1, %s, 1)", "debug.setlocal(1, 1, %s)", "debug.getinfo(%s)",
}

local statements = {
  function(depth) return tried(variable() .. " = " .. expression(depth)) end,
  function(depth) return tried(variable() .. " = " .. expression(depth)) end,
  function(depth) return tried(variable() .. " = " .. expression(depth)) end,
  function(depth) return tried(variable() .. ", " .. variable() .. " = " .. expression(depth)) end,
  function(depth) return tried("local _ = " .. variable() .. ":" .. choice(methods) .. "(" .. list(depth) .. ")") end,
  function(depth) return tried(variable() .. "[" .. expression(depth - 1) .. "] = " .. expression(depth - 1)) end,
  function(depth) return tried(variable() .. "." .. choice { "x", "grad", "lr", "sigma", "forward", "weight" } .. " = " .. expression(depth - 1)) end,
  function(depth) return tried("local c <close> = " .. expression(depth - 1) .. " " .. block(depth - 1, 2, " ")) end,
  function(depth) return tried("for i = 1, " .. random(3) .. " do " .. block(depth - 1, 2, " ") .. " end") end,
  function(depth) return tried("for a, b in " .. expression(depth - 1) .. " do v1 = a v2 = b " .. block(depth - 1, 1, " ")
    .. " if math.random(4) == 1 then break end end") end,
  function(depth) return tried("if " .. expression(depth - 1) .. " then " .. block(depth - 1, 1, " ") .. " else "
    .. block(depth - 1, 1, " ") .. " end") end,
  function(depth) return "do local n = 0 repeat n = n + 1 " .. block(depth - 1, 1, " ") .. " until n > 2 end" end,
  function(depth) return tried("coroutine.yield(" .. list(depth, 2) .. ")") end,
  function() return tried("coroutine.resume(" .. variable() .. ", " .. variable() .. ")") end,
  function() return tried("coroutine.close(" .. variable() .. ")") end,
  function(depth) return tried("error(" .. expression(depth - 1) .. ")") end,
  function() return tried(variable() .. ":sum():backward(nil, {create_graph = " .. choice { "true", "false" } .. "})") end,
  function() return tried(variable() .. ":release()") end,
  function(depth) return tried("setmetatable(" .. variable() .. ", " .. metatable(depth) .. ")") end,
  function() return choice { "collectgarbage()", "collectgarbage('step')", "collectgarbage('generational')", "collectgarbage('incremental')" } end,
  function() return tried((choice(attacks):gsub("%%s", variable))) end,
}

function block(depth, most, separator)
  local lines = {}
  for k = 1, random(most) do lines[k] = choice(statements)(math.max(depth, 0)) .. ";" end
  return table.concat(lines, separator)
end

return function(pn)
  if not functions then collect(pn) end
  local lines = { "local v1, v2, v3, v4, v5, v6, v7, v8" }
  for k = 1, 5 do lines[#lines + 1] = ("v%d = %s"):format(k, choice(makers)()) end
  lines[#lines + 1] = block(4, 14, "\n")
  return table.concat(lines, "\n") .. "\n"
end
