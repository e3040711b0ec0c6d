-- GAN objectives, penalties and what belongs to them, against PyTorch (Scripts/golden_objectives.py).
local pn = require "penumbra"
local lu = require "luaunit"
local nn, optim, objectives = pn.nn, pn.optim, pn.objectives

local here = debug.getinfo(1, "S").source:match "^@(.*)/"
local golden = dofile(here .. "/fixtures/objectives.lua")

TestObjectives = {}

-- Element k of the n-th input is 0.9 cos(1.1 k + n).
local function wave(size, n)
  local count = 1
  for _, extent in ipairs(size) do count = count * extent end
  local k = pn.arange(0, count - 1, 1, { dtype = "float64" })
  return ((1.1 * k + n):cos() * 0.9):reshape(size)
end

local points = wave({ 6, 3 }, 41)

local function critic(w)
  return function(x) return (x:matmul(w[1]:t()) + w[2]):tanh():matmul(w[3]:t()) end
end

local cases = {
  ["D.smooth.minimax"] = function(r, f)
    return objectives.discriminator("minimax", r, f, { real_label = 0.9, fake_label = 0.2 })
  end,
  ["D.smooth.relativistic_average"] = function(r, f)
    return objectives.discriminator("relativistic_average", r, f, { real_label = 0.9, fake_label = 0.2 })
  end,
  ["D.smooth.relativistic"] = function(r, f)
    return objectives.discriminator("relativistic", r, f, { real_label = 0.8 })
  end,
  ["D.labels.least_squares"] = function(r, f)
    return objectives.discriminator("least_squares", r, f, { real_label = 0.9, fake_label = -1 })
  end,
  ["G.label.least_squares"] = function(f) return objectives.generator("least_squares", f, { label = 0 }) end,
  ["G.label.non_saturating"] = function(f)
    return objectives.generator("non_saturating", f, { label = 0.9 })
  end,
  gradient_penalty = function(...) return objectives.gradient_penalty_at(critic { ... }, points) end,
  ["gradient_penalty.target"] = function(...)
    return objectives.gradient_penalty_at(critic { ... }, points, { target = 0.25, weight = 3 })
  end,
  ["gradient_penalty.one_sided"] = function(...)
    return objectives.gradient_penalty_at(critic { ... }, points,
      { target = 0.9, weight = 2, one_sided = true })
  end,
  r1 = function(...) return objectives.r1(critic { ... }, points) end,
  r2 = function(...) return objectives.r2(critic { ... }, points, { weight = 0.3 }) end,
  consistency = function(y, z) return objectives.consistency(y, z) end,
  mode_seeking = function(x, y)
    return objectives.mode_seeking(x, y, wave({ 4, 2 }, 42), wave({ 4, 2 }, 43))
  end,
  feature_matching = function(x, y) return objectives.feature_matching({ x, x }, { y, y }) end,
  ["feature_matching.absolute"] = function(x, y)
    return objectives.feature_matching(x, y, { distance = "absolute" })
  end,
  auxiliary_classifier = function(x)
    return objectives.auxiliary_classifier(x, { 1, 4, 2 }, { weight = 0.5 })
  end,
  semi_supervised = function(labelled, unlabelled, fake)
    return objectives.semi_supervised(labelled, pn.tensor { 1, 3, 2 }, unlabelled, fake, { weight = 0.7 })
  end,
  projection = function(y, a, b) return objectives.projection(y, a, b):sin():sum() end,
  condition = function(x, c)
    return (objectives.condition(x, c) * wave({ 2, 4, 2, 2 }, 44)):sin():sum()
  end,
  pack = function(x) return (objectives.pack(x, 2) * wave({ 2, 4, 2 }, 45)):sin():sum() end,
  ["ensemble.mean"] = function(v)
    return objectives.ensemble({ v[1], v[2], v[3] }, { weights = { 1, 2, 3 } }):sin():sum()
  end,
  ["ensemble.min"] = function(v) return objectives.ensemble(v, { reduction = "min" }):sin():sum() end,
  ["ensemble.max"] = function(v) return objectives.ensemble(v, { reduction = "max" }):sin():sum() end,
  ["ensemble.softmin"] = function(v)
    return objectives.ensemble(v, { reduction = "softmin", temperature = 0.5 }):sin():sum()
  end,
  ["ensemble.softmax"] = function(v)
    return objectives.ensemble(v, { reduction = "softmax", temperature = 2, weights = { 1, 2, 3 } })
      :sin():sum()
  end,
}

-- D with the given weights, as a module; unroll starts from its own values, as constants.
local function unrolled(differentiable)
  return function(fake, ...)
    local w = { ... }
    local D = nn.Sequential(nn.Linear(3, 5, { dtype = "float64" }), nn.Tanh(),
      nn.Linear(5, 1, { dtype = "float64", bias = false }))
    D:load_state_dict { ["1.weight"] = w[1], ["1.bias"] = w[2], ["3.weight"] = w[3] }
    return objectives.unroll(D,
      function() return objectives.discriminator("minimax", D(points), D(fake)) end,
      function() return objectives.generator("non_saturating", D(fake)) end,
      { steps = 3, lr = 0.4, differentiable = differentiable })
  end
end
cases.unroll, cases["unroll.surrogate"] = unrolled(true), unrolled(false)

for _, name in ipairs {
  "minimax", "non_saturating", "least_squares", "hinge", "wasserstein", "relativistic",
  "relativistic_average", "relativistic_least_squares", "relativistic_hinge",
} do
  cases["D." .. name] = function(r, f) return objectives.discriminator(name, r, f) end
  cases["G." .. name] = function(f, r) return objectives.generator(name, f, { real = r }) end
end

-- Gradients for the inputs, flat, with zeros where there are none.
local function gradients(value, inputs)
  local found = {}
  if value.requires_grad then
    found = table.pack(pn.grad(value, inputs, { create_graph = true, allow_unused = true }))
  end
  local flat = {}
  for n, x in ipairs(inputs) do flat[n] = (found[n] or pn.zeros_like(x)):flatten() end
  return pn.cat(flat, 1)
end

local function compare(label, found, expected)
  local wanted = pn.tensor(expected, { dtype = "float64" })
  local scale = math.max(1, wanted:abs():max():item())
  local worst = (found:detach() - wanted):abs():max():item() / scale
  lu.assertTrue(worst <= 1e-12, ("%s: off by %g"):format(label, worst))
end

for name, case in pairs(golden) do
  TestObjectives["test_golden_" .. name:gsub("%.", "_")] = function()
    local inputs = {}
    for n, size in ipairs(case.shapes) do inputs[n] = wave(size, n):requires_grad_() end
    local value = cases[name](table.unpack(inputs))
    compare(name, value:reshape(1), { case.value })
    local first = gradients(value, inputs)
    compare(name .. ", gradient", first, case.first)
    local k = pn.arange(0, first:size(1) - 1, 1, { dtype = "float64" })
    local second = gradients((first * (0.7 * k + 0.3):cos()):sum(), inputs)
    compare(name .. ", second derivative", second, case.second)
  end
end

function TestObjectives.test_every_case_is_golden_and_back()
  local count = 0
  for name in pairs(cases) do
    lu.assertNotNil(golden[name], name)
    count = count + 1
  end
  for name in pairs(golden) do lu.assertNotNil(cases[name], name) end
  lu.assertEquals(count, 45)
end

-- The random points of a penalty are where gradient_penalty_at says the same.
function TestObjectives.test_random_points()
  local w = { wave({ 5, 3 }, 1), wave({ 5 }, 2), wave({ 1, 5 }, 3) }
  local real, fake = points, wave({ 6, 3 }, 46)
  for _, one_sided in ipairs { false, true } do
    local options = { weight = 3, target = 0.4, one_sided = one_sided }
    for _, name in ipairs { "gradient_penalty", "dragan" } do
      local seen
      local function D(x)
        seen = x:detach()
        return critic(w)(x)
      end
      local g = pn.generator(4)
      local found
      if name == "dragan" then
        found = objectives.dragan(D, real,
          { weight = 3, target = 0.4, one_sided = one_sided, generator = g })
        lu.assertTrue(((seen - real):ge(0)):all())
      else
        found = objectives.gradient_penalty(D, real, fake,
          { weight = 3, target = 0.4, one_sided = one_sided, generator = g })
        local share = (seen - fake) / (real - fake)
        lu.assertTrue((share - share[{ {}, { 1, 1 } }]):abs():max():item() < 1e-12)
      end
      lu.assertEquals(found:item(), objectives.gradient_penalty_at(critic(w), seen, options):item())
    end
  end
end

function TestObjectives.test_lazy()
  local calls, total = 0, 0
  for step = 1, 32 do
    total = total + objectives.lazy(step, 16, function()
      calls = calls + 1
      return objectives.r1(critic { wave({ 5, 3 }, 1), wave({ 5 }, 2), wave({ 1, 5 }, 3) }, points)
    end):item()
  end
  lu.assertEquals(calls, 2)
  lu.assertAlmostEquals(total / 32, golden.r1.value, 1e-12)
end

function TestObjectives.test_unroll_with_an_update_and_a_module_of_ones_own()
  local D = nn.module {
    inner = nn.Linear(1, 1, { bias = false, dtype = "float64" }),
    forward = function(self, x) return self.inner(x) end,
  }
  D:load_state_dict { ["inner.weight"] = pn.full({ 1, 1 }, 2, { dtype = "float64" }) }
  local one = pn.ones(1, 1, { dtype = "float64" })
  local seen = {}
  -- Momentum in a closure: v ← v/2 + g, w ← w − v/10 for the loss w²/2.
  local velocity
  local value, steps = objectives.unroll(D,
    function() return (D(one) ^ 2 / 2):sum() end,
    function() return D(one):item(), #seen end,
    { steps = 2, update = function(w, g, step, name)
      seen[step] = name
      velocity = velocity and velocity / 2 + g or g
      return w - velocity / 10
    end })
  -- v = 2, w = 1.8; v = 1 + 1.8, w = 1.52.
  lu.assertAlmostEquals(value, 1.52, 1e-15)
  lu.assertEquals(steps, 2)
  lu.assertEquals(seen, { "inner.weight", "inner.weight" })
  lu.assertEquals(D.inner.weight:item(), 2)
end

function TestObjectives.test_a_posterior_of_discriminators()
  pn.seed(3)
  local D, G = nn.Linear(2, 1), nn.Linear(2, 2)
  local chain = optim.SGLD(D:parameters(), { lr = 0.05, generator = pn.generator(2) })
  local samples = optim.Reservoir { size = 4 }
  for _ = 1, 8 do
    chain:zero_grad()
    D(pn.randn(8, 2)):square():mean():backward()
    chain:step()
    samples:collect(chain)
  end
  D:zero_grad()
  local own = D:state_dict()
  local z = pn.randn(8, 2)
  local function loss() return objectives.generator("non_saturating", D(G(z))) end
  local total, weights = 0, 0
  for k, sample in ipairs(samples:samples()) do
    local _ <close> = samples:swap_in(k, D)
    total, weights = total + sample.weight * loss():item(), weights + sample.weight
  end
  local mean = objectives.over_samples(D, samples, loss)
  lu.assertAlmostEquals(mean:item(), total / weights, 1e-6)
  mean:backward()
  lu.assertNotNil(G.weight.grad)
  lu.assertNil(D.weight.grad)
  lu.assertTrue(D.weight:equal(own.weight))
  local strict = objectives.over_samples(D, samples, loss, { reduction = "max" })
  lu.assertTrue(strict:item() >= mean:item())
end

function TestObjectives.test_bad_input()
  local x, D = pn.zeros(4, 2), nn.Linear(2, 1)
  local one = pn.zeros(4, 1)
  local refused = {
    { "unknown option 'reel_label' (did you mean 'real_label'?)", objectives.discriminator, "minimax", one,
      one, { reel_label = 1 } },
    { "expected \"minimax\"", objectives.discriminator, "minmax", one, one },
    { "hinge: real_label", objectives.discriminator, "hinge", one, one, { real_label = 0.9 } },
    { "got 2", objectives.discriminator, "minimax", one, one, { real_label = 2 } },
    { "D's outputs for data", objectives.generator, "relativistic", one },
    { "critic: expected a Tensor as its result, got number", objectives.r1, function() return 1 end, x },
    { "critic: expected a Tensor as its result, got nothing", objectives.r2, function() end, x },
    { "does not depend on its input", objectives.dragan, function() return one end, x },
    { "fake: expected real's shape", objectives.gradient_penalty, D, x, pn.zeros(3, 2) },
    { "number ≥ 0", objectives.gradient_penalty_at, D, x, { target = -1 } },
    { "integer of at least 1", objectives.lazy, 1, 0, function() end },
    { "penalty: expected a Tensor", objectives.lazy, 2, 1, function() end },
    { "multiple of 3", objectives.pack, x, 3 },
    { "[4, k]", objectives.condition, x, pn.zeros(3, 2) },
    { "features' shape", objectives.projection, one, x, one },
    { "counted from 1; 0 is none", objectives.auxiliary_classifier, x, pn.tensor { 0, 1, 1, 1 } },
    { "auxiliary_classifier", objectives.auxiliary_classifier, x, { 1, 2, 3, 1 } },
    { "unlabelled: expected [n, 2]", objectives.semi_supervised, x, { 1, 1, 1, 1 }, one, x },
    { "at least one Tensor", objectives.ensemble, {} },
    { "number > 0", objectives.ensemble, x, { temperature = 0 } },
    { "4 numbers", objectives.ensemble, x, { weights = { 1 } } },
    { "not all 0", objectives.ensemble, x, { weights = { 0, 0, 0, 0 } } },
    { "at least one", objectives.over_samples, D, optim.Reservoir { size = 1 }, function() return one end },
    { "integer of at least 0", objectives.unroll, D, function() end, function() end, { steps = -1 } },
    { "exclude each other", objectives.unroll, D, function() end, function() end,
      { lr = 1, update = function() end } },
    { "loss: expected a Tensor as its result, got nil", objectives.unroll, D, function() return nil end,
      function() end },
    { "a scalar that depends", objectives.unroll, D, function() return pn.zeros(1) end, function() end },
    { "update: expected weight's shape", objectives.unroll, D, function() return D(x):sum() end,
      function() end, { update = function() return pn.zeros(3) end } },
  }
  for _, case in ipairs(refused) do
    local ok, message = pcall(table.unpack(case, 2))
    lu.assertFalse(ok, case[1])
    lu.assertStrContains(tostring(message), case[1])
  end
end

return lu.LuaUnit.run("--output", "nil")
