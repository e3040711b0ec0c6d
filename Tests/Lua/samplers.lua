-- The family of noisy optimisers from Lua: every name, its options, its law in a small case.
local pn = require "penumbra"
local nn, optim = pn.nn, pn.optim
local lu = require "luaunit"

TestSamplers = {}

local names = {
  "SGLD", "LM", "pSGLD", "AdamSGLD", "SGHMC", "ScaleAdaptedSGHMC", "SGNHT", "mSGNHT", "BADODAB",
  "AdaptiveLangevin", "CCAdL", "SymmetricCCAdL", "BAOAB", "BAOA", "OBABO", "Langevin",
  "CyclicalSGLD", "CyclicalSGHMC",
}

local function copy(net)
  local twin = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
  local _ <close> = pn.no_grad()
  for i, p in ipairs(net:parameters()) do twin:parameters()[i]:copy_(p) end
  return twin
end

local function model()
  pn.seed(3)
  return nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
end

local data = pn.randn(64, 2)
local target = data:sum(2, true):sin()

local function train(net, opt, first, last)
  for step = first, last do
    local from = (step * 16) % 64 + 1
    local x, y = data[{ { from, from + 15 } }], target[{ { from, from + 15 } }]
    opt:zero_grad()
    pn.mse(net(x), y):backward()
    opt:step()
  end
end

local function equal(a, b)
  for i, p in ipairs(a:parameters()) do
    if not p:equal(b:parameters()[i]) then return false end
  end
  return true
end

function TestSamplers.test_every_sampler_moves_repeats_and_resumes()
  for _, name in ipairs(names) do
    local function make(net, seed)
      return optim[name](net:parameters(), {
        lr = 1e-3, n_data = 64, temperature = 0.1, prior_precision = 1,
        generator = pn.generator(seed),
      })
    end
    local start = model()
    local a, b = copy(start), copy(start)
    local first, second = make(a, 7), make(b, 7)
    train(a, first, 1, 4)
    train(b, second, 1, 4)
    lu.assertTrue(equal(a, b), name)
    lu.assertFalse(equal(a, start), name)
    local c = copy(a)
    local third = make(c, 99)
    third:load(first:state())
    train(a, first, 5, 8)
    train(c, third, 5, 8)
    lu.assertTrue(equal(a, c), name)
    lu.assertTrue(#first.law > 0)
    lu.assertStrContains(tostring(first), name .. "(lr=")
    local metrics = first:metrics()
    lu.assertEquals(metrics.steps, 8)
    lu.assertNotNil(metrics.temperature_configurational)
  end
end

function TestSamplers.test_cold_samplers_are_plain_optimisers()
  local function run(make)
    local net = model()
    train(net, make(net:parameters()), 1, 10)
    return net
  end
  local cold = { lr = 0.05, n_data = 64, temperature = 0 }
  local sgd = run(function(p) return optim.SGD(p, { lr = 0.05 }) end)
  lu.assertTrue(equal(sgd, run(function(p) return optim.SGLD(p, cold) end)))
  lu.assertTrue(equal(sgd, run(function(p) return optim.LM(p, cold) end)))
  lu.assertTrue(equal(sgd, run(function(p) return optim.NoisySGD(p, cold) end)))
  local adam = run(function(p) return optim.Adam(p, { lr = 0.05 }) end)
  lu.assertTrue(equal(adam, run(function(p) return optim.NoisyAdam(p, cold) end)))
  lu.assertTrue(equal(adam, run(function(p)
    return optim.SGLD(p, { lr = 0.05, n_data = 64, temperature = 0, preconditioner = "adam" })
  end)))
  local rmsprop = run(function(p) return optim.RMSprop(p, { lr = 0.05, eps = 1e-5 }) end)
  lu.assertTrue(equal(rmsprop, run(function(p)
    return optim.pSGLD(p, { lr = 0.1, n_data = 64, temperature = 0 })
  end)))
  -- h and n_data are powers of two: SGHMC's momenta are SGD's velocities, exactly scaled.
  local momentum = run(function(p) return optim.SGD(p, { lr = 1 / 16, momentum = 0.9 }) end)
  lu.assertTrue(equal(momentum, run(function(p)
    return optim.SGHMC(p, { lr = 1 / 16, n_data = 64, temperature = 0, momentum = 0.9 })
  end)))
end

-- Many chains at once on U = q²/2, h = 0.4, friction 1.
local function variances(name, options)
  local q = pn.zeros(20000):requires_grad_(true)
  options.step_size, options.generator = 0.4, pn.generator(5)
  local opt = optim[name]({ q }, options)
  local total, count = 0, 0
  for step = 1, 160 do
    opt:zero_grad()
    local loss = q:square():sum() / 2
    loss:backward()
    opt:step()
    if step > 60 and step % 10 == 0 then
      total, count = total + q:detach():square():mean():item(), count + 1
    end
  end
  return total / count, opt
end

function TestSamplers.test_laws_on_a_quadratic()
  for name, exact in pairs { BAOAB = 1, BAOA = 1, OBABO = 1 / 0.96, SGHMC = 1.05263 } do
    lu.assertAlmostEquals(variances(name, { friction = 1 }), exact, 0.02)
  end
  lu.assertAlmostEquals(variances("SGLD", {}), 1.25, 0.02)
  lu.assertAlmostEquals(variances("LM", {}), 1, 0.02)
  local _, opt = variances("Langevin", { friction = 1, integrator = "OBABO" })
  lu.assertEquals(opt.integrator, "OBABO")
  local low, high = pn.metrics.temperature_band(1, 20000, 0.9999)
  lu.assertTrue(low < opt.kinetic_temperature and opt.kinetic_temperature < high)
  opt:restart_readings()
  lu.assertNil(opt:metrics().temperature_kinetic_mean)
end

function TestSamplers.test_numbers_over_time()
  local seen = {}
  local net = model()
  local opt = optim.SGHMC(net:parameters(), {
    lr = pn.schedule.linear { from = 1e-3, to = 1e-4, steps = 10 },
    temperature = function(step) seen[#seen + 1] = step return 1 / step end,
    friction = function(step) return 10 * step end, n_data = 64,
  })
  train(net, opt, 1, 3)
  lu.assertEquals(seen, { 1, 2, 3 })
  lu.assertAlmostEquals(opt.temperature, 1 / 3, 1e-15)
  lu.assertEquals(opt.friction, 30)
  opt.friction = 5
  train(net, opt, 4, 4)
  lu.assertEquals(opt.friction, 5)
end

function TestSamplers.test_covariances()
  for _, name in ipairs { "SGLD", "SGHMC", "BAOAB", "CCAdL", "SymmetricCCAdL", "SGNHT" } do
    local net = model()
    local opt = optim[name](net:parameters(), {
      lr = 1e-3, n_data = 64, covariance = "diagonal", kappa = "ema", kappa_value = 0.9,
    })
    train(net, opt, 1, 3)
    local total = 0
    for _, I in ipairs(opt:covariances()) do total = total + I:sum():item() end
    lu.assertAlmostEquals(opt:trace(), total, 1e-4 * total)
    opt:restart()
  end
  local net = model()
  local opt = optim.CCAdL(net:parameters(), { lr = 1e-3 })
  lu.assertErrorMsgContains("n_data", function() train(net, opt, 1, 1) end)
  lu.assertErrorMsgContains("covariance", function()
    optim.CCAdL(net:parameters(), { covariance = "none" })
  end)
end

function TestSamplers.test_priors()
  -- Without data (a loss that is 0) the prior is the law.
  local function spread(prior)
    local q = pn.zeros(20000):requires_grad_(true)
    local opt = optim.BAOAB({ q }, { step_size = 0.3, friction = 1, prior = prior,
      generator = pn.generator(4) })
    for _ = 1, 200 do
      opt:zero_grad()
      q:mul(0):sum():backward()
      opt:step()
    end
    return q:detach():square():mean():item(), q:detach():abs():mean():item()
  end
  lu.assertAlmostEquals(spread { kind = "gaussian", precision = 4 }, 0.25, 0.02)
  lu.assertAlmostEquals(select(2, spread { kind = "laplace", scale = 1 }), 1, 0.05)
  -- ν/(ν − 2)
  lu.assertAlmostEquals(spread { kind = "student_t", df = 10 }, 1.25, 0.1)
  lu.assertAlmostEquals(
    spread { kind = "mixture", weights = { 1, 1 }, means = { -1, 1 }, stds = { 0.7, 0.7 } },
    1.49, 0.1)
  lu.assertAlmostEquals(spread(function(p) return -(p ^ 2):sum() * 2 end), 0.25, 0.02)
  lu.assertErrorMsgContains("kind", function() spread { kind = "cauchy" } end)
  lu.assertErrorMsgContains("'width'", function() spread { kind = "laplace", width = 1 } end)
  lu.assertErrorMsgContains("log density", function() spread(function(p) return p end) end)
end

function TestSamplers.test_variance_reduction()
  for _, name in ipairs { "SVRG", "ControlVariates" } do
    local net, x, y = model(), nil, nil
    local calls = 0
    local reduction = optim[name] {
      batch = function() return pn.mse(net(x), y) end,
      full = function()
        calls = calls + 1
        return pn.mse(net(data), target)
      end,
      every = name == "SVRG" and 3 or nil,
    }
    local plain = copy(net)
    local opt = optim.SGLD(net:parameters(),
      { lr = 0.1, n_data = 64, temperature = 0, gradient = reduction })
    local exact = optim.SGD(plain:parameters(), { lr = 0.1 })
    for step = 1, 6 do
      local from = (step * 16) % 64 + 1
      x, y = data[{ { from, from + 15 } }], target[{ { from, from + 15 } }]
      opt:zero_grad()
      pn.mse(net(x), y):backward()
      opt:step()
      if step == 1 then
        -- At the reference point itself the estimate is the full gradient.
        exact:zero_grad()
        pn.mse(plain(data), target):backward()
        exact:step()
        for i, p in ipairs(net:parameters()) do
          lu.assertTrue(p:allclose(plain:parameters()[i], { rtol = 1e-4, atol = 1e-6 }))
        end
      end
    end
    lu.assertEquals(calls, name == "SVRG" and 2 or 1)
    lu.assertStrContains(tostring(reduction), name)
  end
end

function TestSamplers.test_cycles()
  local net = model()
  local opt = optim.CyclicalSGLD(net:parameters(),
    { lr = 0.1, n_data = 64, cycle_steps = 20, cycles = 2, exploration = 0.5 })
  local sampling = {}
  for step = 1, 20 do
    sampling[step] = opt.is_sampling
    local phase = ((step - 1) % 10) / 10
    lu.assertAlmostEquals(opt.step_size, 0.1 / 64 * (1 + math.cos(math.pi * phase)) / 2, 1e-15)
    train(net, opt, step, step)
  end
  for step = 1, 20 do lu.assertEquals(sampling[step], (step - 1) % 10 >= 5) end
end

function TestSamplers.test_refusals()
  local p = model():parameters()
  local function refuses(text, name, options)
    lu.assertErrorMsgContains(text, function() optim[name](p, options) end)
  end
  refuses("did you mean 'friction'", "SGHMC", { fricton = 1 })
  refuses("unknown option 'friction'", "SGLD", { friction = 1 })
  refuses("integrator", "Langevin", { integrator = "BAOXB" })
  refuses("needs 2 gradients", "Langevin", { integrator = "BABA" })
  refuses("needs an A", "Langevin", { integrator = "BOB" })
  refuses("momenta and without", "Langevin", { integrator = "GAB" })
  refuses("friction", "SGHMC", { friction = -1 })
  refuses("momentum", "SGHMC", { momentum = 1 })
  refuses("thermal_mass", "SGNHT", { thermal_mass = 0 })
  refuses("burn_in", "pSGLD", { burn_in = -1 })
  refuses("preconditioner", "BAOAB", { preconditioner = "adaptive_drift" })
  refuses("cycles", "CyclicalSGLD", { cycle_steps = 2, cycles = 3 })
  local f = function() end
  lu.assertErrorMsgContains("every", function()
    optim.SVRG { batch = f, full = f, every = 0 }
  end)
end

function TestSamplers.test_a_runaway_is_an_error()
  local q = pn.ones(3):requires_grad_(true)
  local opt = optim.BADODAB({ q }, { step_size = 100 })
  lu.assertErrorMsgContains("smaller lr", function()
    for _ = 1, 200 do
      opt:zero_grad()
      local loss = (q ^ 4):sum() * 1e6
      loss:backward()
      opt:step()
    end
  end)
end

function TestSamplers.test_diagnostics()
  local draws = pn.randn(4, 500)
  lu.assertAlmostEquals(pn.metrics.split_rhat(draws), 1, 0.02)
  lu.assertTrue(pn.metrics.ess(draws) > 1000)
  lu.assertEquals(pn.metrics.ess(pn.randn(4, 500, 3)):size(), { 3 })
  local x = pn.randn(300, 2)
  lu.assertTrue(pn.metrics.ksd(x, -x) < pn.metrics.ksd(x * 2, -x * 2))
  local net = model()
  local opt = optim.BADODAB(net:parameters(), { lr = 1e-3, n_data = 64 })
  train(net, opt, 1, 3)
  local printed
  local original = print
  print = function(text) printed = text end
  opt:report()
  print = original
  lu.assertStrContains(printed, "temperature_configurational_mean")
  lu.assertErrorMsgContains("sampler", function() optim.SGD(net:parameters(), {}):report() end)
end

return lu.LuaUnit.run("--output", "nil")
