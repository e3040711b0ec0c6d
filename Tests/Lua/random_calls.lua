-- Random calls over the whole API: none may crash, and each refusal says which operation refused.
--
-- Run by RandomCallTests with the table of exports, a seed and a number of calls; returns how many
-- calls were made and refused, and the refusals whose message does not name the operation.
local exports, seed, count = ...
local pn = require "penumbra"

math.randomseed(seed)
local random = math.random
local function choice(list) return list[random(#list)] end

-- Whatever depends on a clock, writes files, draws figures or lifts the limits of this run.
local excluded = {
  ["pn.save"] = true, ["pn.save_images"] = true, ["pn.save_checkpoint"] = true,
  ["pn.clock"] = true, ["pn.set_memory_limit"] = true,
  ["pn.memory_limit"] = true, ["pn.autograd.detect_anomaly"] = true, ["pn.set_num_threads"] = true,
  ["pn.set_matmul_precision"] = true, ["Profile:save"] = true, ["Schedule:plot"] = true,
}

local dtypes = { "float32", "float64", "int64", "uint8", "bool" }
local extremes = {
  math.maxinteger, math.mininteger, 1 << 40, -(1 << 40), 1 << 62, 0 / 0, 1 / 0, -1 / 0, 1e300, -0.0, 1e-300, 0,
}
local make = {}
local pool = {}

local function integer() return random(20) == 1 and choice(extremes) or random(-3, 5) end
local function number() return random(8) == 1 and choice(extremes) or random() * 6 - 3 end

local function size()
  local result = {}
  for d = 1, random(10) == 1 and random(0, 9) or random(0, 3) do
    result[d] = random(200) == 1 and integer() or choice { 0, 1, 1, 2, 2, 3, 4 }
  end
  return result
end

local function fresh()
  local x = (pn.rand(size()) * 6 - 2):to(choice(dtypes))
  if x.dtype:find "float" and random(3) == 1 then x:requires_grad_() end
  return x
end

local function tensor()
  if #pool == 0 or random(4) == 1 then
    local ok, x = pcall(fresh)
    return ok and x or pn.ones(2)
  end
  return choice(pool)
end

local functions = {
  function(x) return x * x end, function(x) return x:sum() end, function(...) return ... end,
  function() error "no" end, function() return {} end, function() end, function(a, b) return a * 2, b end,
  function(x) return x:mul_(2) end, math.sin, print,
}

local junk = {
  function() return nil end, function() return "text" end, function() return {} end, integer, number,
  function() return random(2) == 1 end, tensor, function() return choice(functions) end,
  function() return { tensor(), tensor() } end, function() return { 1, 2, 3 } end, function() return pn end,
  function() return pn.nn.Linear(2, 3) end, function() return coroutine.create(print) end,
  function() return { [0] = 1, x = tensor() } end, function() return setmetatable({}, { __index = error }) end,
  function() return io.stdout end,
}

-- A value for each type of the reference.
make["Tensor"] = tensor
make["number"] = number
make["integer"] = integer
make["boolean"] = function() return random(2) == 1 end
make["dtype"] = function() return choice(dtypes) end
make["string"] = function() return choice { "float64", "mean", "", "a", "ij,jk->ik", "%d", ("x"):rep(300) } end
make["function"] = function() return choice(functions) end
make["any value"] = function() return choice(junk)() end
make["Generator"] = function() return pn.generator(random(1, 9)) end
make["Module"] = function()
  return choice {
    pn.nn.Linear(2, 3), pn.nn.Sequential(pn.nn.Linear(3, 2), pn.nn.Tanh()), pn.nn.BatchNorm1d(2),
    pn.nn.module { w = pn.ones(2), forward = function(self, x) return x * self.w end },
  }
end
make["Schedule"] = function()
  local s = pn.schedule
  return choice {
    s.linear { from = 1, to = 0.1, steps = 10 }, s.plateau { from = 1 }, s.ada { batch = 4 },
    s.adaptive { target = 0.5, rate = 1 } * s.follow { scale = 2 }, s.custom(choice(functions)),
  }
end
make["Filter"] = function()
  local b = pn.blur
  local noise = b.noise { sigma = 1 }
  return choice {
    noise, b.smear { sigma = 1, copies = 3 }, b.smear { sigma = 1, sequence = "unscented" },
    b.diffusion { t = "priority" }, b.noise_levels {}, b.custom { sigma = 1, forward = choice(functions) },
    b.compose { noise, b.smear { sigma = 1 } }, b.multi_scale { filter = noise, sigmas = { 0, 1 } },
    b.in_space { filter = noise, encode = choice(functions) },
  }
end
make["Mixture"] = function() return pn.data.mixture("ring") end
make["Optimizer"] = function()
  local w = pn.ones(3, 2):requires_grad_()
  w.grad = pn.ones(3, 2)
  local o = pn.optim
  return choice {
    o.SGD, o.Adam, o.SGLD, o.LBFGS, o.NAdam, o.Rprop, o.pSGLD, o.SGHMC, o.BADODAB, o.mSGNHT, o.CCAdL, o.NoisyAdam,
  } ({ w }, { lr = 0.1 })
end
make["GradientEstimator"] = function()
  return pn.optim.SVRG {
    batch = function() return pn.ones(1):requires_grad_() end, full = choice(functions), every = random(3),
  }
end
make["ParameterGroup"] = function() return pn.optim.AdamW { pn.ones(2):requires_grad_() }:groups()[1] end
make["WeightAverage"] = function() return choice { pn.optim.EMA, pn.optim.SWA } { pn.randn(3) } end
make["ParameterLoan"] = function() return make["WeightAverage"]():swap_in() end
make["Reservoir"] = function()
  local reservoir = pn.optim.Reservoir { size = 2 }
  for _ = 1, random(0, 3) do reservoir:collect { pn.randn(3, 2) } end
  return reservoir
end
make["ReplicaExchange"] = function()
  return pn.optim.ReplicaExchange({ { pn.randn(2) }, { pn.randn(2) } }, { temperatures = { 1, 2 } })
end
make["Dataset"] = function() return pn.data.dataset { pn.randn(6, 2) } end
make["Stacked"] = function()
  return pn.data.stacked(pn.data.dataset { pn.rand(6, 1, 2, 2), pn.randint(1, 10, { 6 }) })
end
make["FeatureMoments"] = function()
  local moments = pn.metrics.feature_moments()
  return random(3) == 1 and moments or moments:update(pn.randn(4, 2))
end
make["Batches"] = function() return make["Dataset"]():batches { size = 2, steps = 3 } end
make["Scope"] = function() return pn.scope() end
make["Progress"] = function() return pn.progress(3) end
make["Run"] = function() return pn.run end
make["pn.run"] = make["Run"]
make["Profile"] = function() return pn.profile(function() pn.ones(2):exp() end) end

local function words(name)
  local found = {}
  for word in name:gmatch '"([^"]*)"' do found[#found + 1] = word end
  return found
end

local value

-- The maker for a type's name: "table of Tensor", "Tensor or number", "\"mean\" | \"sum\"", ...
local function maker(name)
  local element = name:match "^table of (.*)"
  if element then
    return function()
      local list = {}
      for k = 1, random(0, 4) do list[k] = value(element) end
      return list
    end
  end
  local first, second = name:match "^(.-) or (.*)"
  if first then return function() return value(random(2) == 1 and first or second) end end
  local list = words(name)
  if #list > 0 then return function() return choice(list) end end
  for _, kind in ipairs { "Tensor", "number", "integer", "Module", "function", "Generator", "Schedule" } do
    if name:find(kind, 1, true) then return make[kind] end
  end
  if name:find "dim" or name:find "index" then return integer end
  if name:find "size" then return size end
  return make["any value"]
end

function value(name)
  if random(12) == 1 then return choice(junk)() end
  if not make[name] then make[name] = maker(name) end
  return make[name]()
end

local function options(list)
  local result = {}
  for _, option in ipairs(list) do
    if random(3) == 1 then result[option.name] = value(option.type) end
  end
  if random(30) == 1 then result[choice { "nonsense", 1, 0, 2.5 }] = 1 end
  return result
end

local function arguments(entry)
  local list, last = {}, 0
  for position, parameter in ipairs(entry.parameters) do
    if parameter.optional and random(2) == 1 then break end
    last = position
    list[position] = #parameter.options > 0 and parameter.type == "table" and options(parameter.options)
      or value(parameter.type)
  end
  if entry.class and random(50) > 1 then
    last = math.max(last, 1)
    list[1] = (make[entry.class] or tensor)()
  end
  if random(40) == 1 then last = last + 1 end
  return list, last
end

-- The function that a path names: a field of pn, or a method of an object of that class.
local function resolve(entry)
  if entry.class then return make[entry.class]()[entry.name] end
  local found = { pn = pn }
  for name in entry.path:gmatch "[^.]+" do found = found[name] end
  return found
end

local calls = {}
for _, entry in ipairs(exports) do
  if not excluded[entry.path] and not entry.path:find "^pn.plot" then
    entry.call = resolve(entry)
    calls[#calls + 1] = entry
  end
end

local function keep(x)
  if type(x) ~= "userdata" or not pcall(function() return x.dtype end) then return end
  local ok, elements = pcall(x.numel, x)
  if ok and elements <= 4096 then pool[#pool < 40 and #pool + 1 or random(40)] = x end
end

-- What a script may do with any tensor between calls.
local function exercise()
  local x = tensor()
  local kind = random(8)
  if kind == 1 then return tostring(x) end
  if kind == 2 then return x:backward(pn.ones_like(x), { create_graph = random(3) == 1 }) end
  if kind == 3 then return x[choice { integer(), { integer() }, { { integer(), integer() } }, tensor() }] end
  if kind == 4 then x[choice { integer(), { {}, integer() }, tensor() }] = choice { number(), x, tensor() } end
  if kind == 5 then return x:release() end
  if kind == 6 then return choice { x, 2 } + choice { tensor(), number() } end
  if kind == 7 then
    local _ <close> = pn.no_grad()
    return x:copy_(tensor())
  end
  return x:totable()
end

local function takesFunctions(entry)
  for _, parameter in ipairs(entry.parameters) do
    if parameter.type:find "function" or parameter.type:find "Module" then return true end
    for _, option in ipairs(parameter.options) do
      if option.type:find "function" then return true end
    end
  end
  return entry.class == "Module" or entry.class == "Batches" or entry.class == "Filter"
    or entry.class == "Schedule" or entry.path:find "^pn.blur"
end

local refused, unclear = 0, {}
-- With PENUMBRA_RANDOM_CALLS_LOG set to a path, that file ends with the call that crashed.
local path = os.getenv "PENUMBRA_RANDOM_CALLS_LOG"
local log = path and io.open(path, "w")

local function shown(x)
  local ok, text = pcall(function() return x.dtype .. "[" .. table.concat(x:size(), ",") .. "]" end)
  if ok then return text end
  if type(x) ~= "table" then return select(2, pcall(tostring, x)) end
  local parts = {}
  for key, part in next, x do parts[#parts + 1] = tostring(key) .. " = " .. (part ~= x and shown(part) or "…") end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function note(name, list, last)
  if not log then return end
  log:seek "set"
  local parts = {}
  for k = 1, last do parts[k] = shown(list[k]) end
  log:write(name, "(", table.concat(parts, ", "), ")\n\0")
  log:flush()
end

local silent = print
print = function() end
for _ = 1, count do
  local entry = choice(calls)
  local list, last = arguments(entry)
  note(entry.path, list, last)
  local results = table.pack(pcall(entry.call, table.unpack(list, 1, last)))
  if results[1] then
    for k = 2, results.n do keep(results[k]) end
  else
    refused = refused + 1
    local message = tostring(results[2])
    local name = entry.name:gsub("_$", "")
    -- An error in what a call was given to call speaks for itself.
    if not takesFunctions(entry) and not message:find(name, 1, true) then unclear[entry.path] = message end
  end
  if random(4) == 1 then
    note("exercise", {}, 0)
    pcall(exercise)
  end
end
print = silent
local lines = {}
for path, message in pairs(unclear) do lines[#lines + 1] = path .. " → " .. message end
table.sort(lines)
return refused, table.concat(lines, "\n"), #calls
