-- Does a GAN find every mode of a mixture? A standard GAN beside the same GAN with its two cures:
-- coarse-graining (data and samples pass a blur whose level falls over time) and a discriminator
-- trained with covariance-controlled Langevin noise. Prints a table and draws a figure.
--
--   penumbra multimodal.lua --data ring --method gan,blur,both --seeds 3
local pn = require "penumbra"
local nn, optim, blur, objectives = pn.nn, pn.optim, pn.blur, pn.objectives

-- What distinguishes the methods; everything else is the same for all.
local methods = {
  gan = { "standard GAN: SGD, minimax loss", objective = "minimax", sgd = true },
  adam = { "GAN: Adam, non-saturating loss" },
  blur = { "+ coarse-graining", blur = true },
  smear = { "+ coarse-graining, 5 shared offsets", blur = true, copies = 5 },
  noise = { "+ covariance-controlled noise", noise = "covariance" },
  both = { "+ coarse-graining + noise + R1", blur = true, noise = "covariance", r1 = true },
  blur_noise = { "+ coarse-graining + noise", blur = true, noise = "covariance" },
  blur_r1 = { "+ coarse-graining + R1", blur = true, r1 = true },
  identity = { "control: isotropic noise", noise = "identity" },
  rms = { "control: isotropic noise of equal trace", noise = "rms_matched" },
  wgan_clip = { "WGAN, clipped weights", objective = "wasserstein", clip = 0.1 },
  wgan_gp = { "WGAN, gradient penalty", objective = "wasserstein", gp = 1, beta2 = 0.9 },
  wgan_noise = {
    "WGAN-GP + noise", objective = "wasserstein", gp = 1, beta2 = 0.9, noise = "covariance",
  },
}
local every = "gan,adam,blur,smear,noise,both,blur_noise,blur_r1,identity,rms,wgan_clip,wgan_gp,"
  .. "wgan_noise"

-- For each data set: steps, first blur level in data units, R1 weight, hidden layers.
local recipes = {
  line5 = { steps = 12000, blur = 8.0, r1 = 0.02, hidden = { 64, 64 } },
  line6 = { steps = 60000, blur = 3.0, r1 = 0.02, hidden = { 64, 64 } },
  ring = { steps = 12000, blur = 1.0, r1 = 0.02, hidden = { 64, 64 }, radius = 2, sigma = 0.02 },
  grid = { steps = 20000, blur = 0.7, r1 = 0.03, hidden = { 128, 128, 128 } },
}

local cfg = pn.config({
  data = { "line6", "the mixture", { "line5", "line6", "ring", "grid" } },
  method = { "gan,both", "all, or some of " .. every },
  steps = { 0, "generator steps (0: as the data needs)" },
  seeds = { 1, "independent runs of each method" },
  seed = { 1, "seed of the first run" },
  blur = { -1.0, "first blur level in data units (-1: as the data needs)" },
  r1 = { -1.0, "weight of the R1 penalty (-1: as the data needs)" },
  noise = { 3e-4, "temperature of the injected noise" },
  lr = { 1e-3, "learning rate of Adam; SGD takes 100 times as much" },
  batch = { 128, "batch size" },
  out = { "multimodal.png", "the figure" },
  threads = { 1, "threads of the tensor library" },
}, "A GAN on a multimodal mixture, with coarse-graining and covariance-controlled noise.")

pn.set_num_threads(cfg.threads)
local recipe = recipes[cfg.data]
local steps = cfg.steps > 0 and cfg.steps or recipe.steps
local r1 = cfg.r1 >= 0 and cfg.r1 or recipe.r1
local raw = pn.data.mixture(cfg.data, { radius = recipe.radius, sigma = recipe.sigma })
local unit = raw.rms -- the networks see data divided by its RMS
local mixture = raw:scaled(1 / unit)
local lambda0 = (cfg.blur >= 0 and cfg.blur or recipe.blur) / unit

-- Multi-layer perceptron.
local function mlp(input, output)
  local layers, size = {}, input
  for _, width in ipairs(recipe.hidden) do
    layers[#layers + 1] = nn.Linear(size, width)
    layers[#layers + 1] = nn.ReLU()
    size = width
  end
  layers[#layers + 1] = nn.Linear(size, output)
  return nn.Sequential(layers)
end

local function optimizers(method, G, D)
  -- The learning rate is held for half the run, then falls to nothing.
  local function rate(lr) return pn.schedule.piecewise { { steps / 2, lr }, { steps, 0 } } end
  if method.sgd then
    local options = { lr = rate(100 * cfg.lr) }
    return optim.SGD(G:parameters(), options), optim.SGD(D:parameters(), options)
  end
  local options = { lr = rate(cfg.lr), betas = { 0.5, method.beta2 or 0.999 } }
  local optG = optim.Adam(G:parameters(), options)
  if not method.noise then return optG, optim.Adam(D:parameters(), options) end
  options.noise, options.temperature, options.precondition = method.noise, cfg.noise, "adam"
  return optG, optim.CovarianceControlledSGLD(D:parameters(), options)
end

-- The filter A that data and samples pass, and its level over time.
local function coarse_graining(method)
  if not method.blur then return blur.noise { sigma = 0 }, pn.schedule.constant(0) end
  local A = method.copies and blur.smear { sigma = lambda0, copies = method.copies }
    or blur.noise { sigma = lambda0 }
  local last = lambda0 * math.exp(-16 / 3)
  return A, pn.schedule.exponential { from = lambda0, to = last, steps = steps }
end

local function samples(G, n)
  local _ <close> = pn.no_grad()
  return G(pn.randn(n, 2))
end

local function discriminator_loss(method, D, real, fake)
  local loss = objectives.discriminator(method.objective, D(real), D(fake))
  if method.r1 then loss = loss + objectives.r1(D, real, { weight = r1 }) end
  if method.gp then
    loss = loss + objectives.gradient_penalty(D, real, fake, { weight = method.gp })
  end
  return loss
end

-- Trains one GAN; returns the metrics of its samples and what the figure shows.
local function train(method, seed, bar, done)
  pn.seed(seed)
  local G, D = mlp(2, mixture.dimension), mlp(mixture.dimension, 1)
  local optG, optD = optimizers(method, G, D)
  local A, lambda = coarse_graining(method)
  local history = { step = {}, trace = {}, lambda = {}, modes = {}, snapshots = {} }
  local start, report = pn.clock(), nil

  for step, real in mixture:batches { size = cfg.batch, steps = steps } do
    A.sigma = lambda(step)

    optD:zero_grad()
    discriminator_loss(method, D, A(real), A(samples(G, cfg.batch))):backward()
    optD:step()
    if method.clip then objectives.clip_weights(D:parameters(), method.clip) end

    D:requires_grad_(false)
    optG:zero_grad()
    objectives.generator(method.objective, D(A(G(pn.randn(cfg.batch, 2))))):backward()
    optG:step()
    D:requires_grad_(true)

    if step % (steps // 60) == 0 then
      report = pn.metrics.mode_coverage(samples(G, 2500), mixture)
      local i = #history.step + 1
      history.step[i], history.modes[i], history.lambda[i] = step, report.covered, A.sigma * unit
      history.trace[i] = method.noise == "covariance" and optD:trace() or 0 / 0
      bar:set { modes = report.covered, hq = report.hq }
      bar:update(done + step)
    end
    if step % (steps // 3) == 0 then
      table.insert(history.snapshots, {
        step = step, samples = samples(G, 2500) * unit, D = D:state_dict(),
      })
    end
  end
  report.seconds = pn.clock() - start
  history.D = D
  return report, history
end

-- The discriminator on points of the data space, as the probability that it gives to "real".
local function probability(history, snapshot, points)
  local _ <close> = pn.no_grad()
  return nn.functional_call(history.D, snapshot.D, points / unit):sigmoid()
end

-- One snapshot of 1-D data: histogram of samples, true density, the discriminator's curve.
local function panel_1d(history, snapshot, low, high)
  local x = pn.linspace(low, high, 400)
  return {
    title = ("step %d"):format(snapshot.step), x_label = "x", y_label = "density",
    y2_label = "D(x)", x_range = { low, high }, y2_range = { 0, 1 }, legend = "below",
    series = {
      { kind = "histogram", x = snapshot.samples:flatten(), bins = 100, range = { low, high },
        label = "samples", color = "sky" },
      { kind = "line", x = x, y = raw:density(x:unsqueeze(2)), label = "data", color = "black" },
      { kind = "line", x = x, y = probability(history, snapshot, x:unsqueeze(2)):flatten(),
        label = "D", color = "orange", second_axis = true },
    },
  }
end

-- One snapshot of 2-D data: the discriminator's landscape, samples, and the modes' centres.
local function panel_2d(history, snapshot, low, high)
  local n = 80
  local axis = pn.linspace(low, high, n)
  local grid = pn.stack({
    axis:unsqueeze(1):expand(n, n), axis:unsqueeze(2):expand(n, n),
  }, 3):reshape(n * n, 2)
  local centres = pn.tensor(raw.means)
  return {
    title = ("step %d"):format(snapshot.step), x_label = "x1", y_label = "x2",
    x_range = { low, high }, y_range = { low, high }, equal_aspect = true,
    legend = "below", series = {
      { kind = "heat_map", z = probability(history, snapshot, grid):reshape(n, n),
        x_extent = { low, high }, y_extent = { low, high } },
      { kind = "points", x = centres[{ {}, 1 }], y = centres[{ {}, 2 }], label = "modes",
        color = "red", point_size = 1.2 },
      { kind = "points", x = snapshot.samples[{ {}, 1 }], y = snapshot.samples[{ {}, 2 }],
        label = "samples", color = "black", point_size = 0.15 },
    },
  }
end

-- The noise level, the blur level and the modes covered, over time.
local function panel_levels(history)
  local series = {
    { kind = "line", x = history.step, y = history.modes, label = "modes covered",
      color = "green", second_axis = true },
  }
  local function add(values, label, color)
    if values[1] == values[1] and values[1] > 0 then
      table.insert(series, { kind = "line", x = history.step, y = values, label = label, color = color })
    end
  end
  add(history.trace, "trace(I)", "blue")
  add(history.lambda, "lambda", "orange")
  return {
    title = "noise and blur", x_label = "step", y_label = "level", y2_label = "modes",
    log_y = #series > 1, y2_range = { 0, raw.modes + 1 }, legend = "below",
    series = series,
  }
end

-- The mean as text; "-" where a run has no such number (no sample near any mode).
local function mean(values, format)
  local total = 0
  for _, value in ipairs(values) do total = total + value end
  local result = total / #values
  return result - result == 0 and format:format(result) or "-"
end

local chosen = {}
for name in (cfg.method == "all" and every or cfg.method):gmatch "[%w_]+" do
  local method = methods[name] or error(("unknown method '%s'; known: %s"):format(name, every), 0)
  method.objective = method.objective or "non_saturating"
  table.insert(chosen, { name = name, method = method })
end

local bar <close> = pn.progress(#chosen * cfg.seeds * steps, { label = cfg.data })
local panels, rows, done = {}, {}, 0
local extent = 0
for _, centre in ipairs(raw.means) do
  for _, x in ipairs(centre) do extent = math.max(extent, math.abs(x)) end
end
local low, high = -1.4 * extent, 1.4 * extent
if cfg.data == "line5" then low = -10 end

for _, choice in ipairs(chosen) do
  local all = { full = 0, covered = {}, hq = {}, reverse_kl = {}, sigma_ratio = {}, seconds = {} }
  for run = 1, cfg.seeds do
    local report, history = train(choice.method, cfg.seed + run - 1, bar, done)
    done = done + steps
    bar:update(done)
    if report.fully_covered then all.full = all.full + 1 end
    for _, key in ipairs { "covered", "hq", "reverse_kl", "sigma_ratio", "seconds" } do
      table.insert(all[key], report[key])
    end
    if run == 1 then
      for _, snapshot in ipairs(history.snapshots) do
        local draw = mixture.dimension == 1 and panel_1d or panel_2d
        table.insert(panels, draw(history, snapshot, low, high))
      end
      table.insert(panels, panel_levels(history))
    end
  end
  table.insert(rows, { choice = choice, all = all })
end
bar:finish()

print(("%s, %d modes, %d steps, %d seed(s)"):format(cfg.data, raw.modes, steps, cfg.seeds))
print(("%-11s %-40s %8s %6s %6s %8s %7s %8s"):format(
  "method", "", "covered", "modes", "HQ", "rev. KL", "sigma", "seconds"))
for _, row in ipairs(rows) do
  local all = row.all
  print(("%-11s %-40s %5d/%-2d %6s %6s %8s %7s %8s"):format(
    row.choice.name, row.choice.method[1], all.full, cfg.seeds, mean(all.covered, "%.1f"),
    mean(all.hq, "%.3f"), mean(all.reverse_kl, "%.3f"), mean(all.sigma_ratio, "%.2f"),
    mean(all.seconds, "%.1f")))
end

local titles = {}
for _, choice in ipairs(chosen) do titles[#titles + 1] = choice.name end
pn.plot.save(cfg.out, { panels = panels, columns = 4, row_titles = titles })
print("figure: " .. cfg.out)
