-- Does a generator learn better from several discriminators than from one? On a mixture of Gaussians, with the same
-- steps for all: K discriminators whose verdicts on a sample are averaged, or of which the severest counts (Durugkar et al.
-- 2017); K that are trained with covariance-controlled Langevin noise; and one such chain, whose past samples judge
-- together with it (a Bayesian discriminator: Saatci and Wilson 2017). Prints a table and draws, for each
-- method, the verdict and how far the discriminators disagree.
--
--   penumbra ensemble.lua --data ring --method one,mean,chain --seeds 3
local pn = require "penumbra"
local nn, optim, objectives = pn.nn, pn.optim, pn.objectives

-- What distinguishes the methods; everything else is the same for all.
local methods = {
  one = { "one discriminator" },
  mean = { "K, their mean", several = true },
  max = { "K, the severest", several = true, reduction = "max" },
  soft = { "K, soft maximum", several = true, reduction = "softmax" },
  noise = { "one with noise", noise = true },
  chains = { "K with noise, their mean", several = true, noise = true },
  chain = { "one with noise and its past samples", noise = true, past = true },
}
local every = "one,mean,max,soft,noise,chains,chain"
local radius, hidden = { ring = 2 }, { ring = 64, grid = 128 }

local cfg = pn.config({
  data = { "ring", "the mixture", { "ring", "grid" } },
  method = { "all", "all, or some of " .. every },
  count = { 4, "K: how many discriminators, or past samples of one" },
  steps = { 8000, "generator steps" },
  seeds = { 1, "independent runs of each method" },
  seed = { 1, "seed of the first run" },
  blur = { 0.0, "first level of coarse-graining in data units, falling to 1/200 of it; 0 for none" },
  noise = { 3e-4, "temperature of the injected noise" },
  lr = { 1e-3, "learning rate of Adam; it falls to 0 over the second half" },
  batch = { 128, "batch size" },
  out = { "ensemble", "prefix of the figure" },
  threads = { 1, "threads of the tensor library" },
}, "One generator against an ensemble of discriminators.")

pn.set_num_threads(cfg.threads)
local raw = pn.data.mixture(cfg.data, { radius = radius[cfg.data], sigma = radius[cfg.data] and 0.02 })
local unit = raw.rms -- the networks see data divided by its RMS
local mixture = raw:scaled(1 / unit)

local function perceptron(output)
  local h = hidden[cfg.data]
  return nn.Sequential(nn.Linear(2, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU(), nn.Linear(h, output))
end

-- MARK: the discriminators of a method, and what they say

local function optimizer(parameters, noisy)
  local rate = pn.schedule.piecewise { { cfg.steps / 2, cfg.lr }, { cfg.steps, 0 } }
  local options = { lr = rate, betas = { 0.5, 0.999 } }
  if not noisy then return optim.Adam(parameters, options) end
  options.temperature, options.precondition = cfg.noise, "adam"
  return optim.CovarianceControlledSGLD(parameters, options)
end

local function new_judges(method)
  local judges = { method = method }
  for k = 1, method.several and cfg.count or 1 do
    local D = perceptron(1)
    judges[k] = { D = D, opt = optimizer(D:parameters(), method.noise) }
  end
  if method.past then
    judges.past = optim.Reservoir { size = cfg.count, thinning = math.max(1, cfg.steps // 1000), weighting = "step" }
  end
  return judges
end

local function train_judges(judges, real, fake)
  for _, judge in ipairs(judges) do
    judge.opt:zero_grad()
    objectives.discriminator("non_saturating", judge.D(real), judge.D(fake)):backward()
    judge.opt:step()
    if judges.past then judges.past:collect(judge.opt) end
  end
end

-- The generator's loss under all of them.
local function verdict(judges, fake)
  local losses = {}
  for k, judge in ipairs(judges) do
    losses[k] = objectives.generator("non_saturating", judge.D(fake))
  end
  if judges.past and #judges.past > 0 then
    local D = judges[1].D
    losses[#losses + 1] = objectives.over_samples(D, judges.past, function()
      return objectives.generator("non_saturating", D(fake))
    end)
  end
  return #losses == 1 and losses[1]
    or objectives.ensemble(losses, { reduction = judges.method.reduction or "mean" })
end

-- The probability that each of them gives to "real", [judges, n].
local function probabilities(judges, points)
  local _ <close> = pn.no_grad()
  local all = {}
  for _, judge in ipairs(judges) do all[#all + 1] = judge.D(points):sigmoid():flatten() end
  if judges.past then
    for sample = 1, #judges.past do
      local _ <close> = judges.past:swap_in(sample, judges[1].D)
      all[#all + 1] = judges[1].D(points):sigmoid():flatten()
    end
  end
  return pn.stack(all)
end

-- MARK: one run

local function samples(G, n)
  local _ <close> = pn.no_grad()
  return G(pn.randn(n, 2))
end

local function requires_grad(judges, yes)
  for _, judge in ipairs(judges) do judge.D:requires_grad_(yes) end
end

local function train(method, seed, bar, done)
  pn.seed(seed)
  local G, judges = perceptron(2), new_judges(method)
  local optG = optimizer(G:parameters(), false)
  local A = pn.blur.noise { sigma = cfg.blur / unit }
  local level = cfg.blur > 0
      and pn.schedule.exponential { from = cfg.blur / unit, to = cfg.blur / unit / 200, steps = cfg.steps }
    or pn.schedule.constant(0)
  local start = pn.clock()
  for step, real in mixture:batches { size = cfg.batch, steps = cfg.steps } do
    A.sigma = level(step)
    train_judges(judges, A(real), A(samples(G, cfg.batch)))
    requires_grad(judges, false)
    optG:zero_grad()
    verdict(judges, A(G(pn.randn(cfg.batch, 2)))):backward()
    optG:step()
    requires_grad(judges, true)
    if step % math.max(1, cfg.steps // 50) == 0 then
      local report = pn.metrics.mode_coverage(samples(G, 500), mixture)
      bar:set { modes = report.captured, hq = report.hq }
      bar:update(done + step)
    end
  end
  local points = samples(G, 2500)
  local report = pn.metrics.mode_coverage(points, mixture)
  report.seconds = pn.clock() - start
  return report, points * unit, judges
end

-- MARK: what is shown

local extent = 0
for _, centre in ipairs(raw.means) do
  for _, x in ipairs(centre) do extent = math.max(extent, math.abs(x)) end
end
local low, high, cells = -1.4 * extent, 1.4 * extent, 80

local function landscape(title, z, points, range)
  local centres = pn.tensor(raw.means)
  return {
    title = title, x_label = "x1", y_label = "x2", x_range = { low, high }, y_range = { low, high },
    equal_aspect = true, color_range = range, series = {
      { kind = "heat_map", z = z, x_extent = { low, high }, y_extent = { low, high } },
      { kind = "points", x = centres[{ {}, 1 }], y = centres[{ {}, 2 }], color = "red", point_size = 1.2 },
      { kind = "points", x = points[{ {}, 1 }], y = points[{ {}, 2 }], color = "#FFFFFF", point_size = 0.15 },
    },
  }
end

local function panels_of(points, judges)
  local axis = pn.linspace(low, high, cells)
  local grid = pn.stack({
    axis:unsqueeze(1):expand(cells, cells), axis:unsqueeze(2):expand(cells, cells),
  }, 3):reshape(cells * cells, 2) / unit
  local p = probabilities(judges, grid)
  local mean, spread = p:mean(1), p:std(1, false, { correction = 0 })
  return landscape("verdict: mean of D", mean:reshape(cells, cells), points, { 0, 1 }),
    landscape("disagreement: standard deviation", spread:reshape(cells, cells), points, { 0, 0.5 })
end

-- The mean as text; "-" where a run has no such number (no sample near any mode).
local function mean(values, format)
  local total = 0
  for _, value in ipairs(values) do total = total + value / #values end
  return total - total == 0 and format:format(total) or "-"
end

local chosen = {}
for name in (cfg.method == "all" and every or cfg.method):gmatch "[%w_]+" do
  if not methods[name] then error(("unknown method '%s'; known: %s"):format(name, every), 0) end
  table.insert(chosen, name)
end

local bar <close> = pn.progress(#chosen * cfg.seeds * cfg.steps, { label = cfg.data })
local panels, rows, done = {}, {}, 0
for _, name in ipairs(chosen) do
  local all = { full = 0, covered = {}, hq = {}, reverse_kl = {}, sigma_ratio = {}, seconds = {} }
  for run = 1, cfg.seeds do
    local report, points, judges = train(methods[name], cfg.seed + run - 1, bar, done)
    done = done + cfg.steps
    bar:update(done)
    if report.fully_covered then all.full = all.full + 1 end
    for key, values in pairs(all) do
      if key ~= "full" then table.insert(values, report[key]) end
    end
    if run == 1 then
      local verdicts, disagreement = panels_of(points, judges)
      table.insert(panels, verdicts)
      table.insert(panels, disagreement)
    end
  end
  rows[#rows + 1] = { name = name, all = all }
end
bar:finish()

print(("%s, %d modes, K = %d, %d steps, %d seed(s)"):format(cfg.data, raw.modes, cfg.count, cfg.steps, cfg.seeds))
print(("%-8s %-38s %8s %6s %6s %8s %7s %8s"):format(
  "method", "", "covered", "modes", "HQ", "rev. KL", "sigma", "seconds"))
for _, row in ipairs(rows) do
  local all = row.all
  print(("%-8s %-38s %5d/%-2d %6s %6s %8s %7s %8s"):format(
    row.name, methods[row.name][1], all.full, cfg.seeds, mean(all.covered, "%.1f"), mean(all.hq, "%.3f"),
    mean(all.reverse_kl, "%.3f"), mean(all.sigma_ratio, "%.2f"), mean(all.seconds, "%.1f")))
end
pn.plot.save(cfg.out .. ".png", { panels = panels, columns = 2, row_titles = chosen })
print(("figure: %s.png"):format(cfg.out))
