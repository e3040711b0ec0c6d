-- Filters of signals, from Lua.
local pn = require "penumbra"
local blur = pn.blur
local lu = require "luaunit"

TestSignalBlur = {}

local makers = {
  gaussian = { border = "circular", truncate = 4, kernel = "discrete" },
  box = { border = "renormalised" },
  binomial = { border = "symmetric" },
  heat = { spectrum = "continuous" },
  average_pool = { resample = "linear" },
  pyramid = {},
}

local function with(options, more)
  local all = {}
  for key, value in pairs(options) do all[key] = value end
  for key, value in pairs(more) do all[key] = value end
  return all
end

function TestSignalBlur:test_every_filter_takes_every_strength()
  pn.seed(1)
  local x = pn.randn { 4, 3, 6, 5, dtype = "float64" }
  for name, options in pairs(makers) do
    local function filtered(more) return blur[name](with(options, more))(x) end
    lu.assertTrue(filtered { sigma = 0 }:equal(x), name)
    local plain = filtered { sigma = 1.3 }
    lu.assertFalse(plain:allclose(x), name)
    for _, sigma in ipairs {
      { 1.3, 1.3 }, pn.schedule.constant(1.3), function() return 1.3 end,
      pn.ones(4, { dtype = "float64" }) * 1.3, pn.tensor(1.3, { dtype = "float64" }),
      pn.ones(4, 3, { dtype = "float64" }) * 1.3,
    } do
      lu.assertTrue(filtered { sigma = sigma }:allclose(plain), name)
    end
    lu.assertTrue(filtered { sigma = 1.3, per_channel = { 1, 1, 1 } }:allclose(plain), name)
    lu.assertTrue(filtered { sigma = 2.6, per_axis = { 0.5, 0.5 } }:allclose(plain), name)
    local flat = blur[name](with(options, { sigma = 1.3, size = { 6, 5 } }))(x:reshape(4, 90))
    lu.assertTrue(flat:equal(plain:reshape(4, 90)), name)
    lu.assertEquals(blur[name](with(options, { sigma = { 1, 2 } })).sigma, 2)
    lu.assertStrContains(tostring(blur[name](with(options, { sigma = { 1, 2 } }))), "(1, 2) pixels")
  end
end

function TestSignalBlur:test_sigma_follows_a_schedule_and_keeps_its_proportions()
  local A = blur.gaussian { sigma = pn.schedule.linear { from = 2, to = 1, steps = 10 }, per_axis = { 1, 0.5 } }
  A.step = 5
  lu.assertAlmostEquals(A.sigma, 1.5, 1e-12)
  local B = blur.gaussian { sigma = { 4, 2 } }
  B.sigma = 1.5
  local x = pn.rand(1, 1, 7, 7)
  lu.assertTrue(A(x):equal(B(x)))
end

function TestSignalBlur:test_sigma_learns()
  pn.seed(2)
  local x = pn.randn { 2, 1, 12, 12, dtype = "float64" }
  for name, options in pairs(makers) do
    local target = blur[name](with(options, { sigma = 1.2 }))(x)
    local log_sigma = pn.tensor(0.0, { dtype = "float64" }):requires_grad_()
    local opt = pn.optim.Adam({ log_sigma }, { lr = 0.02 })
    for _ = 1, 200 do
      opt:zero_grad()
      local loss = (blur[name](with(options, { sigma = log_sigma:exp() }))(x) - target):square():sum()
      loss:backward()
      opt:step()
    end
    lu.assertAlmostEquals(math.exp(log_sigma:item()), 1.2, 0.02, name)
  end
end

function TestSignalBlur:test_blocks_and_levels()
  local x = pn.tensor { { { 1.0, 3.0, 5.0, 9.0 } } }
  lu.assertEquals(blur.average_pool { block = 2 } (x):totable(), { { { 2, 2, 7, 7 } } })
  lu.assertAlmostEquals(blur.average_pool { block = 3, resample = "linear" }.sigma, math.sqrt(2), 1e-9)
  lu.assertAlmostEquals(blur.pyramid { level = 2 }.sigma, math.sqrt(10), 1e-9)
  local levels = blur.pyramid_levels(pn.rand(2, 3, 9, 8), 3)
  lu.assertEquals(levels[3]:size(), { 2, 3, 3, 2 })
end

function TestSignalBlur:test_bad_input_is_refused_by_name()
  local x = pn.rand(2, 3, 4, 4)
  local calls = {
    { function() blur.gaussian { sigma = { -1, 2 } } end, "sigma" },
    { function() blur.gaussian { sigma = {} } end, "per_axis" },
    { function() blur.gaussian { sigma = { 1, 2, 3, 4 } } end, "per_axis" },
    { function() blur.gaussian { sigma = { 1, 2 }, per_axis = { 1, 2 } } end, "per_axis" },
    { function() blur.gaussian { sigma = { 1, 2, 3 } } (x) end, "per_axis" },
    { function() blur.gaussian { sigma = 1e9 } end, "sigma" },
    { function() blur.gaussian { sigma = 1, truncate = 0 } end, "truncate" },
    { function() blur.gaussian { sigma = 1, truncate = 1e300 } end, "sigma" },
    { function() blur.gaussian { sigma = 1, size = { 0, 4 } } end, "size" },
    { function() blur.gaussian { sigma = 1, size = { 1, 2, 3, 4 } } end, "size" },
    { function() blur.gaussian { sigma = 1, size = { math.maxinteger, 9 } } (pn.rand(2, 4)) end, "input" },
    { function() blur.gaussian { sigma = 1, boarder = "zero" } end, "did you mean 'border'" },
    { function() blur.box { sigma = 1, per_channel = { 1, 2 } } (x) end, "per_channel" },
    { function() blur.box { sigma = 1, per_channel = pn.ones(2, 2) } end, "per_channel" },
    { function() blur.box { sigma = pn.ones(3) } (x) end, "sigma" },
    { function() blur.box { sigma = -pn.ones(2) } end, "sigma" },
    { function() blur.binomial { sigma = 0 / 0 } end, "sigma" },
    { function() blur.heat { sigma = 1 / 0 } end, "sigma" },
    { function() blur.heat { sigma = 1 } (pn.rand(1, 1, 9000)) end, "8192" },
    { function() blur.heat { sigma = 1, border = "zero" } end, "border" },
    { function() blur.average_pool {} end, "sigma" },
    { function() blur.average_pool { sigma = 1, block = 2 } end, "sigma" },
    { function() blur.average_pool { block = 0 } end, "block" },
    { function() blur.average_pool { block = math.maxinteger } end, "block" },
    { function() blur.pyramid { level = -1 } end, "level" },
    { function() blur.pyramid { level = 99 } end, "level" },
    { function() blur.pyramid_levels(pn.rand(4, 4), 2) end, "pyramid_levels" },
    { function() blur.pyramid_levels(x, 99) end, "levels" },
    { function() blur.gaussian { sigma = 1 } (pn.ones(1, 1, 4, 4, { dtype = "int64" })) end, "gaussian" },
  }
  for index, call in ipairs(calls) do
    local ok, message = pcall(call[1])
    lu.assertFalse(ok, "call " .. index)
    lu.assertStrContains(tostring(message), call[2], false, "call " .. index)
  end
end

return lu.LuaUnit.run("--output", "nil")
