-- Schedules from Lua: combining them, driving them, resuming them, drawing them.
local lu = require "luaunit"
local pn = require "penumbra"
local schedule, optim = pn.schedule, pn.optim

TestSchedules = {}

local function refused(text, body) lu.assertErrorMsgContains(text, body) end

function TestSchedules.test_operators()
  local line = schedule.linear { from = 4, to = 0, steps = 4 }
  lu.assertEquals((line * line)(1), 9)
  lu.assertEquals((2 * line + 1 - line)(1), 4)
  lu.assertEquals((-line / 2)(1), -1.5)
  lu.assertEquals(line:min(1.5)(0), 1.5)
  lu.assertEquals(line:max(schedule.constant(1))(4), 1)
  lu.assertEquals(line:clamp(nil, 2)(0), 2)
  lu.assertEquals(line:then_(7, 3)(3), 7)
  lu.assertEquals(line:warm_up(2, { from = 0.5 })(1), 2.25)
  lu.assertEquals(schedule.custom(function(t) return t * t end)(3), 9)
  refused("schedule.*: argument 2", function() return line * {} end)
  refused("divided by a number", function() return 1 / line end)
  refused("finite", function() return line / 0 end)
  refused("returns a number, got nil", function() schedule.custom(function() end)(1) end)
  refused("mine", function() (schedule.custom(function() error "mine" end) * line)(1) end)
  refused("at most 1000", function() for _ = 1, 20 do line = line * line end end)
end

function TestSchedules.test_a_driven_rate_drives_an_optimiser()
  local w = pn.ones(1):requires_grad_()
  local lr = schedule.plateau { from = 1, factor = 0.5, patience = 0 }
  local opt = optim.SGD({ w }, { lr = lr })
  for _, loss in ipairs { 3, 2, 2, 2 } do
    lr:observe(loss)
    opt:zero_grad()
    w:sum():backward()
    opt:step()
  end
  -- Steps of 1, 1, 1/2, 1/4.
  lu.assertEquals(w:item(), -1.75)
end

function TestSchedules.test_states_resume_bitwise()
  local makers = {
    function() return schedule.adaptive { start = 0.5, target = 0.6, rate = 0.013, every = 3 } end,
    function() return schedule.ada { batch = 7, images = 1000 } end,
    function() return schedule.plateau { from = 0.3, patience = 2, cooldown = 1 } end,
    function() return schedule.follow { scale = 0.2, power = 0.3, decay = 0.9 } end,
    function() return schedule.driven { start = 1, update = function(v, m) return 0.9 * v + m end } end,
    function() return schedule.ada { batch = 7 } * schedule.cosine { from = 1, to = 0, steps = 50 } end,
  }
  for _, make in ipairs(makers) do
    local g = pn.generator(4)
    local whole, part = make(), make()
    local values = pn.rand { 30, generator = g }:totable()
    for k = 1, 13 do whole:observe(values[k]) part:observe(values[k]) end
    local resumed = make()
    resumed:load(part:state())
    for k = 14, 30 do
      whole:observe(values[k])
      resumed:observe(pn.tensor(values[k], { dtype = "float64" }))
      lu.assertEquals(resumed(k), whole(k))
    end
  end
end

function TestSchedules.test_bad_states_are_refused()
  local s = schedule.ada { batch = 4 }
  refused("1 drivers, got 0", function() s:load {} end)
  refused("the state of ada, got that of plateau", function() s:load(schedule.plateau { from = 1 }:state()) end)
  refused("ada's count", function() s:load { { schedule = "ada", count = 9, sum = 0, value = 0 } } end)
  refused("ada's count, sum, value, got count", function() s:load { { schedule = "ada", count = 0 } } end)
  refused("the number 'sum'", function() s:load { { schedule = "ada", count = 0, sum = "x", value = 0 } } end)
  refused("one element", function() s:observe(pn.ones(2)) end)
  refused("finite", function() s:observe(0 / 0) end)
  refused("driven by measurements", function() schedule.constant(1):observe(1) end)
  local two = s + schedule.plateau { from = 1 }
  refused("2 drivers", function() two:observe(1) end)
  lu.assertEquals(#two:state(), 2)
end

function TestSchedules.test_functions_that_fail_change_nothing()
  local fails = false
  local s = schedule.driven { start = 2, update = function(v) return fails and "x" or v + 1 end }
  s:observe(0)
  fails = true
  refused("a number, got string", function() s:observe(0) end)
  lu.assertEquals(s(1), 3)
  lu.assertEquals(s:state()[1].count, 1)
end

function TestSchedules.test_plots()
  local path = os.tmpname() .. ".svg"
  local curve = schedule.one_cycle { peak = 1, steps = 100 }
  curve:plot { path = path, to = 100, label = "rate", log = true }
  local file = assert(io.open(path))
  lu.assertStrContains(file:read "a", "</svg>")
  file:close()
  os.remove(path)
  refused("to", function() curve:plot { path = path, to = 0 } end)
  refused("path", function() curve:plot { to = 1 } end)
  refused("10000", function() curve:plot { path = path, to = 1, points = 1e6 } end)
end

return lu.LuaUnit.run("--output", "nil")
