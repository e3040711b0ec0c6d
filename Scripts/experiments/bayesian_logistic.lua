-- Bayesian logistic regression on MNIST's 7 against 9, through 100 random projections: what do minibatch
-- samplers make of a posterior that is known? Long full-batch Hamiltonian Monte Carlo, with its accept
-- step, is the reference. A sampler that ignores the noise of its minibatches comes out too hot.
--
--   penumbra bayesian_logistic.lua --data DIR
local pn = require "penumbra"
local optim = pn.optim

local cfg = pn.config({
  data = { "data/mnist", "folder with MNIST's four IDX files (plain or gzip)" },
  projections = { 100, "random projections of the pixels" },
  batch = { 500, "minibatch size" },
  prior = { 1.0, "precision of the Gaussian prior" },
  burn_in = { 5000, "steps before samples count" },
  steps = { 60000, "steps that count" },
  reference = { 6000, "samples of the reference chain" },
  step_sizes = { "1e-3,2e-3,4e-3", "step sizes h of the samplers with momenta" },
  sgld_sizes = { "2e-6,5e-6,1e-5", "step sizes h of SGLD" },
  interval = { 10, "steps between measurements of the full covariance" },
  friction = { 10.0, "friction of the samplers with momenta" },
  seed = { 1, "seed" },
  out = { "bayesian_logistic.png", "the picture" },
  json = { "", "file for the figures, as lines of JSON" },
}, "Minibatch samplers against Hamiltonian Monte Carlo on a Bayesian logistic regression.")

pn.seed(cfg.seed)
local dtype = "float64"

-- The features: standardised random projections and a one; the targets: 1 for a nine.
local function features()
  local images, labels = table.unpack(pn.data.mnist(cfg.data):tensors())
  local chosen = labels:eq(8) | labels:eq(10) -- classes count from 1
  local x = images:reshape(#images, -1)[chosen]:to(dtype)
  local y = labels[chosen]:eq(10):to(dtype)
  x = x:matmul(pn.randn { x:size(2), cfg.projections, dtype = dtype })
  x = (x - x:mean(1)) / x:std(1)
  return pn.cat({ x, pn.ones { #x, 1, dtype = dtype } }, 2), y:reshape(-1, 1)
end

local X, Y = features()
local N, d = #X, X:size(2)
local function mean_loss(theta, x, y) return pn.bce_with_logits(x:linear(theta), y) end

-- U = N·loss + precision/2 |θ|², and its gradient.
local function potential(theta)
  theta = theta:detach():requires_grad_()
  local u = mean_loss(theta, X, Y) * N + theta:square():sum() * (cfg.prior / 2)
  u:backward()
  return u:item(), theta.grad
end

-- The mode by L-BFGS.
local function mode()
  local theta = pn.zeros { 1, d, dtype = dtype }:requires_grad_()
  local opt = optim.LBFGS({ theta }, { line_search_fn = "strong_wolfe", max_iter = 300 })
  opt:step(function()
    opt:zero_grad()
    local loss = mean_loss(theta, X, Y) + theta:square():sum() * (cfg.prior / 2 / N)
    loss:backward()
    return loss
  end)
  return theta:detach()
end

-- Running mean and variance of a chain of vectors.
local function moments()
  local count, sum, squares = 0, pn.zeros { 1, d, dtype = dtype }, pn.zeros { 1, d, dtype = dtype }
  return {
    add = function(shift)
      count = count + 1
      sum:add_(shift)
      squares:add_(shift * shift)
    end,
    mean = function() return sum / count end,
    variance = function() return squares / count - (sum / count):square() end,
  }
end

-- Hamiltonian Monte Carlo in the coordinates θ = mode + L⁻ᵀ z, L Lᵀ the Hessian of U at the mode, in
-- which the posterior is nearly a standard normal.
local function reference(at)
  local p = X:linear(at):sigmoid()
  local H = X:transpose(1, 2):matmul(X * (p * (1 - p))) + pn.eye(d, { dtype = dtype }) * cfg.prior
  local L = pn.linalg.cholesky(H)
  local function position(z) return at + pn.linalg.solve_triangular(L:t(), z, { upper = true }):t() end
  local function slope(z)
    local u, gradient = potential(position(z))
    return u, pn.linalg.solve_triangular(L, gradient:t(), { upper = false })
  end
  local z = pn.zeros { d, 1, dtype = dtype }
  local u, g = slope(z)
  local result, accepted, step, leaps = moments(), 0, 0.35, 5
  local first = {}
  for i in pn.progress(cfg.reference, { label = "reference" }) do
    local r = pn.randn { d, 1, dtype = dtype }
    local energy = u + r:square():sum():item() / 2
    local q, uq, gq, h = z, u, g, step * (0.8 + 0.4 * pn.rand(1):item())
    for _ = 1, leaps do
      r = r - gq * (h / 2)
      q = q + r * h
      uq, gq = slope(q)
      r = r - gq * (h / 2)
    end
    if math.log(pn.rand(1):item()) < energy - uq - r:square():sum():item() / 2 then
      z, u, g, accepted = q, uq, gq, accepted + 1
    end
    local theta = position(z) - at
    if i > cfg.reference // 20 then
      result.add(theta)
      first[#first + 1] = theta[1][1]:item()
    end
  end
  local ess = pn.metrics.ess(pn.tensor(first))
  print(("reference: %d samples, %.0f %% accepted, effective size of the first coordinate %.0f"):format(
    #first, 100 * accepted / cfg.reference, ess))
  return result
end

local function run(name, label, options, at)
  local theta = at:clone():requires_grad_()
  options.n_data, options.prior_precision, options.batch_size = N, cfg.prior, cfg.batch
  local opt = optim[name]({ theta }, options)
  local batch = pn.data.dataset({ X, Y }):batches {
    size = cfg.batch, steps = cfg.burn_in + cfg.steps,
  }
  local result, heat = moments(), 0
  for i in pn.progress(cfg.burn_in + cfg.steps, { label = label }) do
    local _, x, y = batch()
    opt:zero_grad()
    mean_loss(theta, x, y):backward()
    opt:step()
    if i > cfg.burn_in then
      result.add(theta:detach() - at)
      heat = heat + opt.configurational_temperature
    end
  end
  return result, heat / cfg.steps
end

local at = mode()
local exact = reference(at)
local mean, variance = exact.mean(), exact.variance()

-- One row a sampler and step size: what the table calls it, its name, its options.
local chosen = {}
local function choose(label, name, sizes, options)
  for h in sizes:gmatch "[^,]+" do
    local own = { step_size = tonumber(h) }
    for key, value in pairs(options or {}) do own[key] = value end
    chosen[#chosen + 1] = { label = label, name = name, h = tonumber(h), options = own }
  end
end
choose("SGLD", "SGLD", cfg.sgld_sizes)
for _, name in ipairs { "SGHMC", "SGNHT", "mSGNHT" } do
  choose(name, name, cfg.step_sizes, { friction = cfg.friction })
end
choose("CCAdL diagonal", "CCAdL", cfg.step_sizes, { friction = cfg.friction })
choose("CCAdL full", "CCAdL", cfg.step_sizes,
  { friction = cfg.friction, covariance = "full", interval = cfg.interval })

local json = cfg.json ~= "" and {} or nil
local panels = {}
local deviation = variance:sqrt():reshape(-1)
local widest = deviation:max():item() * 1.6
print(("%-14s %9s  %12s  %30s"):format("", "h", "mean error", "variance / exact (least, most)"))
for _, choice in ipairs(chosen) do
  local result, heat = run(choice.name, choice.label, choice.options, at)
  local ratio = (result.variance() / variance):reshape(-1)
  local off = ((result.mean() - mean):square() / variance):mean():sqrt():item()
  print(("%-14s %9.2g  %10.3f σ  %8.3f (%.3f, %.3f)  configurational T %.3f"):format(
    choice.label, choice.h, off, ratio:mean():item(), ratio:min():item(), ratio:max():item(), heat))
  if json then
    json[#json + 1] = ('{"sampler": "%s", "h": %g, "mean_error": %.6g, "variance_ratio": %.6g, "temperature": %.6g}')
      :format(choice.label, choice.h, off, ratio:mean():item(), heat)
  end
  panels[#panels + 1] = {
    title = ("%s, h = %.2g"):format(choice.label, choice.h), x_label = "exact std", y_label = "std of the sampler",
    series = {
      { kind = "line", x = { 0, widest }, y = { 0, widest }, label = "exact" },
      { kind = "points", x = deviation, y = result.variance():sqrt():reshape(-1), label = choice.label },
    },
  }
end
pn.plot.save(cfg.out, { panels = panels, columns = 3 })
print("figure: " .. cfg.out)
if json then
  local file <close> = assert(io.open(cfg.json, "w"))
  file:write(table.concat(json, "\n"), "\n")
end
