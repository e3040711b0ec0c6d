-- Gradient covariances from Lua: every kind, convolutions, and the slow exact path.
local pn = require "penumbra"
local nn, optim = pn.nn, pn.optim
local lu = require "luaunit"

TestCovariance = {}

local kinds = { "diagonal", "layer", "full", "kronecker", "ghost", "half_batch", "running" }

-- One step of a sampler on loss(first, last), the mean over examples first to last.
local function step(opt, n, loss)
  opt:zero_grad()
  loss(1, n):backward()
  opt:step()
end

local function maxError(a, b)
  local worst = 0
  for k = 1, #a do
    local scale = b[k]:abs():max():item()
    worst = math.max(worst, (a[k] - b[k]):abs():max():item() / scale)
  end
  return worst
end

local function network()
  pn.seed(5)
  return nn.Sequential(
    nn.Conv2d(1, 3, 3, { padding = 1 }), nn.Tanh(), nn.Flatten(), nn.Linear(3 * 16, 2))
end

function TestCovariance.test_every_kind_takes_steps()
  for _, kind in ipairs(kinds) do
    local net = network()
    local x = pn.randn(6, 1, 4, 4)
    local opt = optim.CovarianceControlledSGLD(
      net:parameters(), { lr = 1e-4, covariance = kind, n_data = 100 })
    for _ = 1, 3 do
      step(opt, 6, function() return net(x):square():sum { 2 }:mean() end)
    end
    lu.assertTrue(opt:trace() > 0, kind)
    lu.assertEquals(#opt:covariances(), 4)
    for k, p in ipairs(net:parameters()) do
      lu.assertEquals(opt:covariances()[k]:size(), p:size())
      lu.assertTrue(p:isfinite():all(), kind)
    end
    opt:load(opt:state())
  end
end

function TestCovariance.test_the_slow_path_agrees()
  local net = network()
  local x = pn.randn(6, 1, 4, 4)
  local function loss(first, last) return net(x[{ { first, last } }]):square():sum { 2 }:mean() end
  local function run(slow)
    local opt = optim.CovarianceControlledSGLD(net:parameters(), { lr = 0 })
    opt:zero_grad()
    loss(1, 6):backward()
    if slow then opt:per_example(6, function(i) return loss(i, i) end) end
    opt:step()
    return opt:covariances()
  end
  lu.assertTrue(maxError(run(true), run(false)) < 1e-4)
end

function TestCovariance.test_an_unknown_use_names_the_slow_path()
  local w = pn.randn(2, 1):requires_grad_(true)
  local x = pn.randn(8, 2)
  local opt = optim.CovarianceControlledSGLD({ w }, { lr = 1e-3 })
  local function loss(i, j) return x[{ { i, j } }]:matmul(w:tanh()):square():mean() end
  opt:zero_grad()
  loss(1, 8):backward()
  lu.assertErrorMsgContains("per_example", opt.step, opt)
  opt:per_example(8, function(i) return loss(i, i) end)
  opt:step()
  lu.assertTrue(opt:trace() > 0)
  lu.assertErrorMsgContains("at least 2", opt.per_example, opt, 1, function(i) return loss(i, i) end)
  lu.assertErrorMsgContains("a Tensor", opt.per_example, opt, 2, function() return 1 end)
end

function TestCovariance.test_examples_first()
  local net = nn.Linear(3, 2)
  local x = pn.randn(5, 4, 3)
  local function run(options, value)
    local opt = optim.CovarianceControlledSGLD(net:parameters(), options)
    step(opt, 5, function() return net(value):square():sum { 2, 3 }:mean() end)
    return opt:covariances()
  end
  local first = run({ lr = 0, examples = "first" }, x)
  local opt = optim.CovarianceControlledSGLD(net:parameters(), { lr = 0 })
  opt:zero_grad()
  net(x:transpose(1, 2)):square():sum { 1, 3 }:mean():backward()
  opt:step()
  lu.assertTrue(maxError(first, opt:covariances()) < 1e-5)
end

function TestCovariance.test_a_matrix_that_is_too_large_is_refused()
  local net = nn.Linear(20, 20)
  local opt = optim.CovarianceControlledSGLD(
    net:parameters(), { covariance = "full", max_block = 100 })
  opt:zero_grad()
  net(pn.randn(4, 20)):square():mean():backward()
  lu.assertErrorMsgContains("at most 100", opt.step, opt)
end

return lu.LuaUnit.run("--output", "nil")
