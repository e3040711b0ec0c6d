-- Random programs over the whole library: control flow, closures, coroutines, metatables, `<close>`,
-- finalizers, errors of every kind. None may crash; whatever else it does is its own affair.
--
-- usage: penumbra Tests/Fuzz/programs.lua SEED COUNT FOLDER   the running program stands in FOLDER/program.lua
--        penumbra Tests/Fuzz/programs.lua --replay FILE
local here = arg[0]:match "^(.*)/" or "."
package.path = here .. "/?.lua;" .. package.path
local pn = require "penumbra"
local generate = require "grammar"

pn.memory_limit(1 << 27)
local show, realPcall, realLoad, realCollect = print, pcall, load, collectgarbage
local write = io.open

-- Programs count their calls, so that none runs for ever.
local calls
local function fn(body)
  return function(...)
    calls = calls + 1
    if calls > 1500 then error "enough" end
    return body(...)
  end
end

local function run(text)
  calls = 0
  local environment = setmetatable({ pn = pn, fn = fn, print = function() end }, { __index = _G })
  local chunk, message = realLoad(text, "=program", "t", environment)
  if not chunk then error("the generator wrote nonsense: " .. message) end
  realPcall(chunk)
  debug.sethook()
  for _, value in ipairs { 1, "", true, print } do debug.setmetatable(value, nil) end
  debug.setmetatable("", { __index = string })
  realCollect "restart"
end

if arg[1] == "--replay" then
  local file = assert(io.open(arg[2], "rb"))
  local text = file:read "a"
  file:close()
  run(text)
  realCollect()
  return
end

local seed, count, folder = tonumber(arg[1]), tonumber(arg[2]), arg[3]
math.randomseed(seed)
local state = { math.random(0), math.random(0) }
for _ = 1, count do
  -- A program may seed the generator of numbers too.
  math.randomseed(state[1], state[2])
  local text = generate(pn)
  state = { math.random(0), math.random(0) }
  local file = assert(write(folder .. "/program.lua", "wb"))
  file:write(text)
  file:close()
  run(text)
end
realCollect()
show(count)
