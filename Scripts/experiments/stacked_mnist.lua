-- How many of 1,000 modes does a GAN find? Stacked MNIST: colour images whose three channels are random digits.
-- A small discriminator, as in the protocol of unrolled GANs (Metz et al. 2017), so that collapse is likely; beside it
-- the same GAN with coarse-graining, with covariance-controlled noise, with both, and PacGAN's pairs (Lin et al.
-- 2018). The classifier of train_classifier.lua reads each channel of the samples: modes found, and the divergence of
-- their histogram from uniform. Prints a table, draws curves, and a grid of samples of each run.
--
--   penumbra train_classifier.lua --data DIR --out classifier.safetensors
--   penumbra stacked_mnist.lua --data DIR --classifier classifier.safetensors --method standard,both --seeds 3
--
-- A run that was stopped goes on where its last checkpoint left it, when the same command is given again.
local pn = require "penumbra"
local nn, optim, objectives = pn.nn, pn.optim, pn.objectives
local folder = (arg and arg[0] or ""):match "^(.*/)" or "./"
local lenet = dofile(folder .. "lenet.lua")

-- What distinguishes the methods; everything else is the same for all. Blur in pixels.
local methods = {
  standard = { "standard GAN", color = "black" },
  blur = { "+ blur", blur = 2, color = "sky" },
  noise = { "+ noise", noise = true, color = "green" },
  both = { "+ blur + noise", blur = 2, noise = true, color = "blue" },
  r1 = { "+ R1", r1 = true, color = "orange" },
  pack2 = { "PacGAN, pairs", pack = 2, color = "purple" },
}
local every_method = "standard,blur,noise,both,r1,pack2"

local cfg = pn.config({
  data = { "data/mnist", "folder with MNIST's four IDX files (plain or gzip)" },
  classifier = { "classifier.safetensors", "weights from train_classifier.lua" },
  method = { "all", "all, or some of " .. every_method },
  steps = { 4000, "generator steps" },
  batch = { 64, "batch size" },
  lr = { 2e-4, "learning rate of Adam" },
  blur_steps = { 0, "steps until the blur is gone; 0 for half of all" },
  noise = { 1e-5, "temperature of the covariance-controlled noise on D" },
  r1 = { 0.5, "weight of R1, taken at every eighth step" },
  latent = { 100, "dimensions of the latent space" },
  width = { 16, "feature maps of G's last hidden layer, halved" },
  discriminator = { 0.5, "D's width as a part of that" },
  seeds = { 1, "independent runs of each method" },
  seed = { 1, "seed of the first run" },
  every = { 500, "steps between measurements" },
  samples = { 26000, "samples that the table measures; the curves take a tenth" },
  out = { "stacked_mnist", "folder-and-name prefix of the pictures, the table and the checkpoints" },
  threads = { 1, "threads of the tensor library" },
}, "How many of stacked MNIST's 1,000 modes a GAN finds.")

pn.set_num_threads(cfg.threads)
local channels, side = 3, 28
local data = pn.data.stacked(pn.data.mnist(cfg.data, { scale = "symmetric" }), { channels = channels })
local judge = lenet.load(cfg.classifier)

-- MARK: networks

local function generator()
  local w = cfg.width
  return nn.Sequential(
    nn.Linear(cfg.latent, 4 * w * 49), nn.Reshape(4 * w, 7, 7), nn.BatchNorm2d(4 * w), nn.ReLU(),
    nn.ConvTranspose2d(4 * w, 2 * w, 4, { stride = 2, padding = 1 }), nn.BatchNorm2d(2 * w), nn.ReLU(),
    nn.ConvTranspose2d(2 * w, channels, 4, { stride = 2, padding = 1 }), nn.Tanh())
end

local function discriminator(pack)
  local w = math.max(1, math.floor(cfg.width * cfg.discriminator))
  return nn.Sequential(
    nn.Conv2d(channels * pack, w, 4, { stride = 2, padding = 1 }), nn.LeakyReLU(0.2),
    nn.Conv2d(w, 2 * w, 4, { stride = 2, padding = 1 }), nn.LeakyReLU(0.2),
    nn.Flatten(), nn.Linear(2 * w * 49, 1))
end

-- MARK: one run

local function new_run(method, seed)
  pn.seed(seed)
  local G, D = generator(), discriminator(method.pack or 1)
  local options = { lr = cfg.lr, betas = { 0.5, 0.999 } }
  local optG = optim.Adam(G:parameters(), options)
  if method.noise then options.temperature, options.precondition = cfg.noise, "adam" end
  return {
    G = G, D = D, optG = optG,
    optD = (method.noise and optim.CovarianceControlledSGLD or optim.Adam)(D:parameters(), options),
    batches = data:batches { size = cfg.batch, steps = cfg.steps },
    generator = pn.default_generator(), grid = pn.randn(64, cfg.latent),
    step = 0, seconds = 0.0, curve = {},
  }
end

local function train_step(run, method, A, images)
  local G, pack = run.G, method.pack or 1
  local function D(x) return run.D(pack > 1 and objectives.pack(x, pack) or x) end
  local real, fake = A(images), A(G(pn.randn(cfg.batch, cfg.latent)))

  run.optD:zero_grad()
  local lossD = objectives.discriminator("non_saturating", D(real), D(fake:detach()))
  if method.r1 then
    lossD = lossD + objectives.lazy(run.step + 1, 8, function() return objectives.r1(D, real, { weight = cfg.r1 }) end)
  end
  lossD:backward()
  run.optD:step()

  run.D:requires_grad_(false)
  run.optG:zero_grad()
  objectives.generator("non_saturating", D(fake)):backward()
  run.optG:step()
  run.D:requires_grad_(true)
end

-- The modes of n fresh samples, drawn from a generator of their own, so that measuring changes nothing.
local function measure(run, n)
  local _ <close> = pn.no_grad()
  local source, classes, size = pn.generator(1000 + run.step), {}, math.min(n, 500)
  for k = 1, n // size do
    local images = run.G(pn.randn { size, cfg.latent, generator = source })
    classes[k] = lenet.classify(judge, (images + 1) / 2)
  end
  return pn.metrics.stacked_modes(pn.cat(classes, 1))
end

local function picture(run, path)
  local _ <close> = pn.no_grad()
  pn.save_images(path, run.G(run.grid), { columns = 8, range = { -1, 1 }, scale = 2 })
end

local function train(name, seed, bar, done)
  local method = methods[name]
  local prefix = ("%s-%s-%d"):format(cfg.out, name, seed)
  local run, path = new_run(method, seed), prefix .. ".checkpoint"
  local saved = io.open(path)
  if saved then
    saved:close()
    run = pn.load_checkpoint(path, run)
  end

  local first = method.blur or 0
  local A = pn.blur.gaussian { sigma = first, size = { side, side } }
  local blur_steps = cfg.blur_steps > 0 and cfg.blur_steps or math.max(1, cfg.steps // 2)
  local sigma = pn.schedule.linear { from = first, to = 0, steps = blur_steps }
  local start = pn.clock() - run.seconds
  for step, images in run.batches do
    A.sigma = sigma(step)
    train_step(run, method, A, images)
    run.step = step
    if step % cfg.every == 0 or step == cfg.steps then
      run.seconds = pn.clock() - start
      local report = measure(run, math.max(1, cfg.samples // 10))
      table.insert(run.curve, { step = step, seconds = run.seconds, modes = report.captured, kl = report.kl })
      bar:set { modes = report.captured, kl = report.kl }
      pn.save_checkpoint(path, run)
      start = pn.clock() - run.seconds -- measuring is not counted
    end
    if step % 20 == 0 then bar:update(done + step) end
  end
  picture(run, prefix .. ".png")
  local final = measure(run, cfg.samples)
  return { curve = run.curve, modes = final.captured, kl = final.kl, seconds = run.seconds }
end

-- MARK: what is shown

local chosen = {}
for name in (cfg.method == "all" and every_method or cfg.method):gmatch "[%w_]+" do
  if not methods[name] then error(("unknown method '%s'; known: %s"):format(name, every_method), 0) end
  table.insert(chosen, name)
end

local bar <close> = pn.progress(#chosen * cfg.seeds * cfg.steps, { label = "stacked" })
local results, done = {}, 0
for _, name in ipairs(chosen) do
  results[name] = {}
  for seed = cfg.seed, cfg.seed + cfg.seeds - 1 do
    table.insert(results[name], train(name, seed, bar, done))
    done = done + cfg.steps
    bar:update(done)
  end
end
bar:finish()

-- Mean and standard error over the runs.
local function summary(runs, key, format)
  local mean, square = 0, 0
  for _, run in ipairs(runs) do mean = mean + run[key] / #runs end
  for _, run in ipairs(runs) do square = square + (run[key] - mean) ^ 2 end
  if #runs == 1 then return format:format(mean) end
  return (format .. " ± " .. format):format(mean, math.sqrt(square / (#runs - 1) / #runs))
end

local csv <close> = assert(io.open(cfg.out .. ".csv", "w"))
csv:write "method,seed,step,seconds,modes,kl\n"
print(("stacked MNIST, %d steps, %d seed(s), %d samples"):format(cfg.steps, cfg.seeds, cfg.samples))
print(("%-9s %-18s %-18s %-16s %s"):format("method", "", "modes of 1000", "KL", "seconds"))
for _, name in ipairs(chosen) do
  local runs = results[name]
  print(("%-9s %-18s %-18s %-16s %s"):format(
    name, methods[name][1], summary(runs, "modes", "%.1f"), summary(runs, "kl", "%.3f"),
    summary(runs, "seconds", "%.0f")))
  for i, run in ipairs(runs) do
    for _, p in ipairs(run.curve) do
      csv:write(("%s,%d,%d,%.2f,%d,%.5f\n"):format(name, cfg.seed + i - 1, p.step, p.seconds, p.modes, p.kl))
    end
  end
end
local modes = 10 ^ channels
print(("a perfect sampler: %.1f modes, KL about %.3f"):format(
  modes * (1 - (1 - 1 / modes) ^ cfg.samples), (modes - 1) / (2 * cfg.samples)))

local function panel(key, title)
  local series = {}
  for _, name in ipairs(chosen) do
    for i, run in ipairs(results[name]) do
      local xs, ys = {}, {}
      for k, point in ipairs(run.curve) do xs[k], ys[k] = point.step, point[key] end
      table.insert(series, {
        kind = "line", x = xs, y = ys, color = methods[name].color, label = i == 1 and methods[name][1] or nil, width = 1.2,
      })
    end
  end
  return { title = title, x_label = "steps", y_label = key, series = series, legend = "below" }
end
pn.plot.save(cfg.out .. ".png", {
  columns = 2, panels = { panel("modes", ("modes in %d samples"):format(cfg.samples // 10)), panel("kl", "divergence from uniform, nats") },
})
print(("figure: %s.png"):format(cfg.out))
