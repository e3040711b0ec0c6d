-- Training from Lua: optimisers, samplers, schedules, data, metrics.
local pn = require "penumbra"
local nn, optim = pn.nn, pn.optim
local lu = require "luaunit"

TestTraining = {}

local function regression(make, steps)
  pn.seed(3)
  local net = nn.Linear(2, 1)
  local opt = make(net:parameters())
  local x = pn.randn(64, 2)
  local y = x:matmul(pn.tensor { { 2.0 }, { -1.0 } }) + 0.5
  local loss
  for _ = 1, steps do
    opt:zero_grad()
    loss = pn.mse(net(x), y)
    loss:backward()
    opt:step()
  end
  return loss:item(), net, opt
end

function TestTraining.test_optimisers_fit_a_line()
  local function with(name, options)
    return regression(function(p) return optim[name](p, options) end, 300)
  end
  lu.assertTrue(with("SGD", { lr = 0.1, momentum = 0.5 }) < 1e-6)
  lu.assertTrue(with("Adam", { lr = 0.05 }) < 1e-4)
  lu.assertTrue(with("RMSprop", { lr = 0.01 }) < 1e-3)
  lu.assertTrue(with("SGLD", { lr = 0.1, temperature = 0 }) < 1e-6)
end

function TestTraining.test_zero_temperature_is_the_plain_optimiser_bit_for_bit()
  local _, a = regression(function(p) return optim.SGD(p, { lr = 0.1 }) end, 20)
  local _, b = regression(function(p)
    return optim.CovarianceControlledSGLD(p, { lr = 0.1, temperature = 0 })
  end, 20)
  lu.assertTrue(a.weight:equal(b.weight))
end

function TestTraining.test_learning_rate_over_time()
  local seen = {}
  local rate = function(step) seen[#seen + 1] = step return 0.1 / step end
  local _, _, opt = regression(function(p) return optim.SGD(p, { lr = rate }) end, 3)
  lu.assertEquals(seen, { 1, 2, 3 })
  lu.assertAlmostEquals(opt.lr, 0.1 / 3, 1e-12)
end

function TestTraining.test_trace_is_the_summed_covariance()
  local _, _, opt = regression(function(p)
    return optim.CovarianceControlledSGLD(p, { lr = 1e-3, temperature = 1e-6 })
  end, 5)
  local total = 0
  for _, I in ipairs(opt:covariances()) do total = total + I:sum():item() end
  lu.assertAlmostEquals(opt:trace(), total, 1e-4 * total)
  lu.assertTrue(opt:noise_ratio() > 0)
end

function TestTraining.test_a_state_resumes_bit_for_bit()
  local function run(resume)
    pn.seed(1)
    local net = nn.Linear(2, 1)
    local function make()
      return optim.CovarianceControlledSGLD(net:parameters(), {
        lr = 1e-2, temperature = 1e-3, precondition = "adam", generator = pn.generator(9),
      })
    end
    local opt = make()
    local x = pn.randn(16, 2)
    for step = 1, 10 do
      if resume and step == 6 then
        local state, weights = opt:state(), net:state_dict()
        opt = make()
        net:load_state_dict(weights)
        opt:load(state)
      end
      opt:zero_grad()
      net(x):square():mean():backward()
      opt:step()
    end
    return net.weight:clone()
  end
  lu.assertTrue(run(false):equal(run(true)))
end

function TestTraining.test_unknown_examples_are_refused()
  local w = pn.randn(3):requires_grad_()
  local opt = optim.CovarianceControlledSGLD({ w }, {})
  ;(w * w):sum():backward()
  lu.assertErrorMsgContains("mul", function() opt:step() end)
end

function TestTraining.test_batches_repeat_with_the_seed_and_resume()
  local function first(seed)
    pn.seed(seed)
    local out = {}
    local data = pn.data.dataset { pn.arange(10), pn.arange(11, 20) }
    for step, x, y in data:batches { size = 3, steps = 5 } do
      lu.assertEquals((y - x):totable(), { 10, 10, 10 })
      out[step] = x:totable()
    end
    return out
  end
  lu.assertEquals(first(4), first(4))
  lu.assertNotEquals(first(4), first(5))
  local b = pn.data.mixture("ring"):batches { size = 4, steps = 10 }
  b()
  local state = b:state()
  local _, x = b()
  b:load(state)
  local _, again = b()
  lu.assertTrue(x:equal(again))
end

function TestTraining.test_perfect_samples_have_perfect_metrics()
  local grid = pn.data.mixture "grid"
  local report = pn.metrics.mode_coverage(grid:sample(25000), grid)
  lu.assertTrue(report.fully_covered)
  lu.assertAlmostEquals(report.hq, 0.989, 0.004)
  lu.assertAlmostEquals(report.sigma_ratio, 1, 0.03)
end

function TestTraining.test_filters()
  local x = pn.zeros(1, 1, 9, 9)
  x[{ 1, 1, 5, 5 }] = 1
  local A = pn.blur.gaussian { sigma = 1 }
  lu.assertAlmostEquals(A(x):sum():item(), 1, 1e-5)
  A.sigma = 0
  lu.assertTrue(A(x):equal(x))
  local smear = pn.blur.smear { sigma = 1, copies = 4 }
  lu.assertEquals(smear(pn.zeros(3, 2)):size(), { 4, 3, 2 })
  local over_time = pn.blur.noise { sigma = pn.schedule.linear { from = 2, to = 0, steps = 10 } }
  over_time.step = 5
  lu.assertEquals(over_time.sigma, 1)
end

return lu.LuaUnit.run("--output", "nil")
