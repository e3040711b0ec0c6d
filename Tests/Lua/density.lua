-- Density filters, and filters made of filters, from Lua.
local lu = require "luaunit"
local pn = require "penumbra"
local nn, blur, schedule = pn.nn, pn.blur, pn.schedule

TestDensity = {}

local function refused(text, body) lu.assertErrorMsgContains(text, body) end

function TestDensity.setUp() pn.seed(1) end

function TestDensity.test_noise_is_learnt_towards_what_the_loss_wants()
  -- E (x + σξ)² = σ² for x = 0: its distance from 4 is least at σ = 2.
  local theta = pn.zeros(1):requires_grad_()
  local opt = pn.optim.Adam({ theta }, { lr = 0.05 })
  local A = blur.noise { sigma = function() return theta:exp():squeeze() end }
  for step = 1, 150 do
    A.step = step
    opt:zero_grad()
    local miss = A(pn.zeros(4000)):square():mean() - 4
    miss:square():backward()
    opt:step()
  end
  lu.assertAlmostEquals(theta:exp():item(), 2, 0.1)
  lu.assertTrue(A.sigma.requires_grad)
end

function TestDensity.test_strengths_follow_numbers_tensors_schedules_and_functions()
  local A = blur.noise { sigma = schedule.linear { from = 2, to = 0, steps = 10 } }
  A.step = 5
  lu.assertEquals(A.sigma, 1)
  A.sigma = function(step) return step / 10 end
  lu.assertEquals(A.sigma, 0.5)
  A.step = 7
  lu.assertEquals(A.sigma, 0.7)
  A.sigma = pn.tensor { 0.0, 1.0 }
  lu.assertEquals(A(pn.ones(2, 3))[1]:totable(), { 1, 1, 1 })
  A.sigma = 3
  A.step = 9
  lu.assertEquals(A.sigma, 3)
  lu.assertEquals(A.step, 9)
  refused("at least 0", function() A.sigma = -1 end)
  refused("a number or a Tensor, got nil", function() A.sigma = function() end end)
  refused("Schedule", function() A.sigma = "much" end)
  lu.assertEquals(A.sigma, 3)
  refused("no field", function() return A.strengths end)
end

function TestDensity.test_averages_over_copies()
  local A = blur.smear { sigma = 1, sequence = "gauss_hermite", points = 4 }
  local D = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
  local x = pn.randn(5, 2)
  local out = D(A(x))
  lu.assertEquals(out:size(), { 16, 5, 1 })
  lu.assertEquals(A:average(out):size(), { 5, 1 })
  lu.assertAlmostEquals(A:weights(16):sum():item(), 1, 1e-14)
  -- Jensen: the mean of a convex loss is not less than the loss of the mean.
  local losses = pn.softplus(-out)
  lu.assertTrue(A:average(losses):mean():item() >= pn.softplus(-A:average(out)):mean():item())
  A:average(losses):mean():backward()
  lu.assertNotNil(D[1].weight.grad)
  refused("copies: expected none", function() blur.smear { sigma = 1, copies = 2, sequence = "unscented" } end)
  refused("points: expected none", function() blur.smear { sigma = 1, points = 2 } end)
  refused("one smear", function() blur.noise { sigma = 1 }:average(x) end)
end

function TestDensity.test_levels_and_steps_can_be_read()
  local levels = blur.noise_levels { distribution = "half_normal", scale = 0.2 }
  lu.assertNil(levels.strengths)
  levels(pn.zeros(6, 2))
  lu.assertEquals(levels.strengths:size(), { 6 })
  local own = blur.noise_levels { distribution = function(n) return pn.arange(1, n):to "float32" end, sigma = 0.5 }
  own(pn.zeros(3, 2))
  lu.assertEquals(own.strengths:totable(), { 0.5, 1, 1.5 })
  refused("expected [3], got [2]", function()
    blur.noise_levels { distribution = function() return pn.ones(2) end }(pn.zeros(3, 2))
  end)
  local A = blur.diffusion { t = "uniform", steps = 100, max_t = 10, clean = 0.5 }
  A(pn.zeros(400, 2))
  lu.assertTrue(A.t:max():item() <= 10 and A.t:min():item() == 0)
  lu.assertAlmostEquals(A.t:eq(0):to("float32"):mean():item(), 0.5, 0.13)
  lu.assertEquals(A.alpha_bar:size(), { 400 })
  A.max_t, A.t = 100, pn.tensor({ 0, 100 }, { dtype = "int64" })
  local y = A(pn.ones(2, 3))
  lu.assertEquals(y[1]:totable(), { 1, 1, 1 })
  -- A schedule of the strength moves the greatest step.
  A.sigma = schedule.linear { from = 0, to = 1, steps = 10 }
  A.step = 0
  lu.assertEquals(A.max_t, 0)
  A.step = 10
  lu.assertEquals(A.max_t, 100)
  refused("max_t: expected 0 to 100", function() A.max_t = 101 end)
  refused("one of sigma, alpha_bar and t", function() blur.diffusion {} end)
  refused("none beside t", function() blur.diffusion { t = 1, alpha_bar = 0.5 } end)
end

function TestDensity.test_compositions_move_together()
  local a, b = blur.noise { sigma = 1 }, blur.noise { sigma = schedule.constant(2) }
  local A = blur.compose { a, b }
  lu.assertEquals(A.sigma, 2)
  A.sigma = schedule.linear { from = 1, to = 0, steps = 4 }
  A.step = 2
  lu.assertEquals({ a.sigma, b.sigma, A.sigma }, { 0.5, 0.5, 0.5 })
  b.sigma = 3
  lu.assertEquals(A.sigma, 3)
  A.step = 4
  local x = pn.randn(3, 2)
  lu.assertTrue(A(x):equal(x))
  refused("at most 1024", function() for _ = 1, 2000 do A = blur.compose { A } end end)
  local M = blur.noise { sigma = 1 }
  refused("at most 1024", function()
    for _ = 1, 9 do M = blur.multi_scale { filter = M, sigmas = { 0, 1, 2, 3, 4 } } end
  end)
end

function TestDensity.test_functions_of_a_script_live_with_their_filter()
  local calls = 0
  local A
  do
    local inner = blur.custom {
      sigma = 0.5, linear = true, name = "double",
      forward = function(x, sigma) calls = calls + 1 return x * (1 + sigma) end,
    }
    A = blur.compose { inner, blur.in_space {
      filter = inner, encode = function(x) return x:log() end, decode = function(z) return z:exp() end,
    } }
  end
  collectgarbage()
  collectgarbage()
  lu.assertAlmostEquals(A(pn.ones(1)):item(), 1.5 + 1.5 ^ 1.5 - 1.5, 1e-6)
  lu.assertEquals(calls, 2)
  -- A filter that its own function refers to can be collected.
  local weak = setmetatable({}, { __mode = "v" })
  do
    local B
    B = blur.custom { sigma = 1, forward = function(x) return x * B.sigma end }
    weak[1] = B
    B(pn.ones(1))
  end
  collectgarbage()
  collectgarbage()
  lu.assertNil(weak[1])
  refused("forward's result: expected a Tensor, got number", function()
    blur.custom { sigma = 1, forward = function() return 1 end }(pn.ones(1))
  end)
  refused("mine", function() blur.custom { sigma = 1, forward = function() error "mine" end }(pn.ones(1)) end)
end

function TestDensity.test_latent_space_of_modules()
  local encode, decode = nn.Linear(4, 2), nn.Linear(2, 4)
  local A = blur.in_space { filter = blur.smear { sigma = 0.3, copies = 3 }, encode = encode, decode = decode }
  local x = pn.randn(5, 4)
  local y = A(x)
  lu.assertEquals(y:size(), { 3, 5, 4 })
  A.sigma = 0
  lu.assertTrue(A(x)[1]:allclose(x))
  local features = blur.in_space { filter = blur.noise { sigma = 0 }, encode = encode }
  lu.assertTrue(features(x):equal(encode(x)))
  refused("decode's result", function()
    blur.in_space { filter = blur.noise { sigma = 1 }, encode = encode, decode = nn.Linear(2, 3) }(x)
  end)
end

function TestDensity.test_one_pass_for_several_discriminators()
  local M = blur.multi_scale { filter = blur.gaussian { sigma = 0 }, sigmas = { 0, 1, 2 } }
  local x = pn.randn(4, 1, 8, 8)
  local D = {}
  for k = 1, 3 do D[k] = nn.Sequential(nn.Flatten(), nn.Linear(64, 1)) end
  local apart = M:discriminate(D, x)
  local weight, bias = table.unpack(pn.optim.stack_chains(D))
  local stacked = M(x):reshape(3, 4, 64):matmul(weight:transpose(2, 3)) + bias:unsqueeze(2)
  for k = 1, 3 do lu.assertTrue(stacked[k]:allclose(apart[k], { atol = 1e-5 })) end
  lu.assertTrue(M:list(x)[1]:equal(x))
  lu.assertTrue(M.linear)
  M.sigma = 0
  for _, part in ipairs(M:list(x)) do lu.assertTrue(part:equal(x)) end
  refused("3, one for each scale, got 1", function() M:discriminate({ D[1] }, x) end)
  refused("made by blur.multi_scale", function() blur.noise { sigma = 1 }:list(x) end)
  refused("filter and sigmas, or filters", function() blur.multi_scale {} end)
end

return lu.LuaUnit.run("--output", "nil")
