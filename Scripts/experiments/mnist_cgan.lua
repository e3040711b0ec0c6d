-- A conditional GAN on MNIST (Mirza and Osindero 2014), with coarse-graining and noise. Real and generated
-- images pass a Gaussian blur whose level falls to 0, and the discriminator may be trained with
-- covariance-controlled noise. Which is quicker? Each method is trained from several seeds; its samples,
-- never blurred, are judged by a classifier that train_classifier.lua has trained: how often a digit is the
-- one that was asked for, and the Fréchet distance to the test images in the classifier's features.
-- Prints a table, draws the curves over steps and seconds, and a grid of samples, one row a class, on the way.
--
--   penumbra train_classifier.lua --data DIR --out classifier.safetensors
--   penumbra mnist_cgan.lua --data DIR --classifier classifier.safetensors --method standard,both,high_both --seeds 3
--
-- A run that was stopped goes on where its last checkpoint left it, when the same command is given again.
local pn = require "penumbra"
local nn, optim, blur, objectives = pn.nn, pn.optim, pn.blur, pn.objectives
local folder = (arg and arg[0] or ""):match "^(.*/)" or "./"
local lenet = dofile(folder .. "lenet.lua")

-- What distinguishes the methods; everything else is the same for all. Blur in pixels.
local methods = {
  standard = { "standard GAN", blur = 0 },
  blur = { "+ moderate blur", blur = 1 },
  noise = { "+ noise", blur = 0, noise = true },
  both = { "+ moderate blur + noise", blur = 1, noise = true },
  high = { "+ high blur", blur = 4 },
  high_both = { "+ high blur + noise", blur = 4, noise = true },
}
local order = { "standard", "blur", "noise", "both", "high", "high_both" }

local cfg = pn.config({
  data = { "data/mnist", "folder with MNIST's four IDX files (plain or gzip)" },
  classifier = { "", "weights from train_classifier.lua; without them nothing is measured" },
  method = { "both", "all, or some of " .. table.concat(order, ",") },
  network = { "mlp", "the networks", { "mlp", "conv" } },
  steps = { 8000, "generator steps" },
  batch = { 128, "batch size" },
  lr = { 2e-4, "learning rate" },
  decay = { 0.0, "the last part of the steps, in which the learning rate falls to 0" },
  r1 = { 0.0, "weight of R1, the penalty of D's slope at the data, taken at every eighth step" },
  blur_steps = { 0, "steps until the blur is gone; 0 for a quarter of all" },
  noise = { 1e-5, "temperature of the covariance-controlled noise on D" },
  dropout = { 0.3, "dropout in the discriminator of the MLPs" },
  latent = { 100, "dimensions of the latent space" },
  width = { 32, "feature maps of the convolutional networks" },
  ema = { 0.0, "decay of the running mean of G's weights that is judged; 0 judges the weights themselves" },
  seeds = { 1, "independent runs of each method" },
  seed = { 1, "seed of the first run" },
  every = { 500, "steps between measurements" },
  samples = { 2000, "generated images of a measurement; the last one takes 10,000" },
  pictures = { 4, "how many grids a run draws; 0 for none" },
  out = { "mnist_cgan", "folder-and-name prefix of the pictures, the curves and the checkpoints" },
  threads = { 1, "threads of the tensor library" },
}, "A conditional GAN on MNIST, with coarse-graining and covariance-controlled noise.")

pn.set_num_threads(cfg.threads)
local classes, side = 10, 28
local pixels = side * side
local data = pn.data.mnist(cfg.data, { scale = "symmetric" })
local blur_steps = cfg.blur_steps > 0 and cfg.blur_steps or math.max(1, cfg.steps // 4)

-- MARK: networks

-- x and the one-hot class side by side, the class scaled so that both weigh the same.
local function conditional(input, body)
  local scale = math.sqrt(input / classes)
  return nn.module {
    name = "Conditional", body = body,
    forward = function(self, x, class) return self.body(pn.cat({ x, class * scale }, 2)) end,
  }
end

local function perceptron(sizes, dropout, last)
  local layers = {}
  for i = 1, #sizes - 1 do
    layers[#layers + 1] = nn.Linear(sizes[i], sizes[i + 1])
    if i < #sizes - 1 then
      layers[#layers + 1] = nn.LeakyReLU(0.2)
      if dropout > 0 then layers[#layers + 1] = nn.Dropout(dropout) end
    end
  end
  layers[#layers + 1] = last
  return nn.Sequential(layers)
end

local networks = {
  mlp = function()
    local G = perceptron({ cfg.latent + classes, 256, 512, pixels }, 0, nn.Tanh())
    local D = perceptron({ pixels + classes, 512, 256, 1 }, cfg.dropout)
    return conditional(cfg.latent, G), conditional(pixels, D)
  end,
  -- DCGAN's shape; D's answer is that of a projection discriminator: a linear one plus ⟨embedding, features⟩.
  conv = function()
    local w = cfg.width
    local G = nn.Sequential(
      nn.Linear(cfg.latent + classes, 4 * w * 49), nn.Unflatten(2, { 4 * w, 7, 7 }), nn.BatchNorm2d(4 * w), nn.ReLU(),
      nn.ConvTranspose2d(4 * w, 2 * w, 4, { stride = 2, padding = 1 }), nn.BatchNorm2d(2 * w), nn.ReLU(),
      nn.ConvTranspose2d(2 * w, 1, 4, { stride = 2, padding = 1 }), nn.Tanh(), nn.Flatten())
    local D = nn.module {
      name = "ProjectionDiscriminator",
      body = nn.Sequential(
        nn.Unflatten(2, { 1, side, side }),
        nn.Conv2d(1, w, 4, { stride = 2, padding = 1 }), nn.LeakyReLU(0.2),
        nn.Conv2d(w, 2 * w, 4, { stride = 2, padding = 1 }), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(2 * w * 49, 128), nn.LeakyReLU(0.2)),
      head = nn.Linear(128, 1), embedding = nn.Linear(classes, 128, { bias = false }),
      forward = function(self, x, class)
        local features = self.body(x)
        return self.head(features) + (self.embedding(class) * features):sum(2, true)
      end,
    }
    return conditional(cfg.latent, G), D
  end,
}

-- MARK: one run

local function optimizers(method, G, D)
  local falling = cfg.decay > 0 and pn.schedule.piecewise { { (1 - cfg.decay) * cfg.steps, cfg.lr }, { cfg.steps, 0 } }
  local options = { lr = falling or cfg.lr, betas = { 0.5, 0.999 } }
  local optG = optim.Adam(G:parameters(), options)
  if not method.noise then return optG, optim.Adam(D:parameters(), options) end
  options.temperature, options.precondition = cfg.noise, "adam"
  return optG, optim.CovarianceControlledSGLD(D:parameters(), options)
end

-- Everything that a run needs to go on from where it was.
local function new_run(method, seed)
  pn.seed(seed)
  local G, D = networks[cfg.network]()
  local optG, optD = optimizers(method, G, D)
  local run = {
    G = G, D = D, optG = optG, optD = optD,
    batches = data:batches { size = cfg.batch, steps = cfg.steps },
    generator = pn.default_generator(), grid = pn.randn(10, cfg.latent),
    step = 0, seconds = 0.0, curve = {},
  }
  if cfg.ema > 0 then run.average = optim.EMA(G:parameters(), { decay = cfg.ema }) end
  return run
end

local function one_hot(labels) return labels:one_hot(classes) end

-- Ten samples of each class from the same latent points, a row for each class.
local function picture(run, path)
  local _ <close> = pn.no_grad()
  local rows = {}
  for class = 1, classes do
    rows[class] = run.G(run.grid, one_hot(pn.full({ 10 }, class, { dtype = "int64" })))
  end
  local images = pn.cat(rows, 1):reshape(10 * classes, 1, side, side)
  pn.save_images(path, images, { columns = 10, range = { -1, 1 }, scale = 2 })
end

local judge = cfg.classifier ~= "" and lenet.load(cfg.classifier) or nil
local real_features
if judge then
  local test = pn.data.mnist(cfg.data, { split = "test" })
  real_features = lenet.features(judge, test:tensors()[1])
end

-- How many samples are measured at a step.
local function samples_at(step) return step == cfg.steps and 10000 or cfg.samples end

-- Accuracy of the wanted class and Fréchet distance of n fresh samples, as many of each class. The samples come from
-- a generator of their own, so that measuring changes nothing.
local function measure(run, n)
  local _ <close> = pn.no_grad()
  local source = pn.generator(1000 + run.step)
  local images, wanted = {}, {}
  for _ = 1, math.max(1, n // 500) do
    local labels = (pn.arange(500) - 1) % classes + 1
    local z = pn.randn { 500, cfg.latent, generator = source }
    images[#images + 1] = (run.G(z, one_hot(labels)):reshape(500, 1, side, side) + 1) / 2
    wanted[#wanted + 1] = labels
  end
  images, wanted = pn.cat(images, 1), pn.cat(wanted, 1)
  local report = pn.metrics.class_accuracy(lenet.classify(judge, images), wanted, { classes = classes })
  return report.accuracy, pn.metrics.frechet_distance(lenet.features(judge, images), real_features)
end

-- `fn` while G has the averaged weights, if there are such.
local function judged(run, fn)
  if not run.average then return fn() end
  local _ <close> = run.average:swap_in()
  return fn()
end

local function train_step(run, A, images, class)
  local G, D = run.G, run.D
  local real = images:flatten(2)
  local function generate() return G(pn.randn(cfg.batch, cfg.latent), class) end

  local fake
  do local _ <close> = pn.no_grad(); fake = generate() end
  run.optD:zero_grad()
  local seen = A(real)
  local lossD = pn.bce_with_logits(D(seen, class), 1) + pn.bce_with_logits(D(A(fake), class), 0)
  if cfg.r1 > 0 then
    lossD = lossD + objectives.lazy(run.step + 1, 8, function()
      return objectives.r1(function(x) return D(x, class) end, seen, { weight = cfg.r1 })
    end)
  end
  lossD:backward()
  run.optD:step()

  D:requires_grad_(false)
  run.optG:zero_grad()
  local lossG = pn.bce_with_logits(D(A(generate()), class), 1)
  lossG:backward()
  run.optG:step()
  D:requires_grad_(true)
  if run.average then run.average:update() end
  return lossD, lossG
end

local function train(name, seed, bar, done)
  local method = methods[name]
  local prefix = ("%s-%s-%d"):format(cfg.out, name, seed)
  local run = new_run(method, seed)
  local path = prefix .. ".checkpoint"
  local saved = io.open(path)
  if saved then
    saved:close()
    for key, value in pairs(pn.load_checkpoint(path, run)) do run[key] = value end
  end

  local A = blur.gaussian { sigma = method.blur, size = { side, side } }
  local sigma = pn.schedule.linear { from = method.blur, to = 0, steps = blur_steps }
  local start = pn.clock() - run.seconds
  for step, images, labels in run.batches do
    A.sigma = sigma(step)
    local lossD, lossG = train_step(run, A, images, one_hot(labels))
    run.step = step
    if step % 50 == 0 then
      bar:set { D = lossD:item(), G = lossG:item(), sigma = A.sigma }
      bar:update(done + step)
    end
    if step % cfg.every == 0 or step == cfg.steps then
      run.seconds = pn.clock() - start
      local point = { step = step, seconds = run.seconds, sigma = A.sigma }
      if method.noise then point.trace = run.optD:trace() end
      judged(run, function()
        if judge then
          point.accuracy, point.frechet = measure(run, samples_at(step))
        end
        if cfg.pictures > 0 and step % math.max(1, cfg.steps // cfg.pictures) < cfg.every then
          picture(run, ("%s-%06d.png"):format(prefix, step))
        end
      end)
      table.insert(run.curve, point)
      pn.save_checkpoint(path, run)
      start = pn.clock() - run.seconds -- measuring is not counted
    end
  end
  return run.curve
end

-- MARK: what is shown

local chosen = {}
for name in (cfg.method == "all" and table.concat(order, ",") or cfg.method):gmatch "[%w_]+" do
  if not methods[name] then
    error(("unknown method '%s'; known: %s"):format(name, table.concat(order, ", ")), 0)
  end
  table.insert(chosen, name)
end

local results, done = {}, 0
local bar <close> = pn.progress(#chosen * cfg.seeds * cfg.steps, { label = "mnist" })
for _, name in ipairs(chosen) do
  results[name] = {}
  for seed = cfg.seed, cfg.seed + cfg.seeds - 1 do
    table.insert(results[name], train(name, seed, bar, done))
    done = done + cfg.steps
    bar:update(done)
  end
end
bar:finish()

-- Mean and standard error.
local function summary(values)
  local mean, square = 0, 0
  for _, value in ipairs(values) do mean = mean + value / #values end
  for _, value in ipairs(values) do square = square + (value - mean) ^ 2 end
  return mean, #values > 1 and math.sqrt(square / (#values - 1) / #values) or 0 / 0
end

-- The first point of a curve from which on `good` holds at least once: its step and seconds.
local function reached(curve, good)
  for _, point in ipairs(curve) do
    if good(point) then return point.step, point.seconds end
  end
end

-- "steps / seconds (runs that got there)"
local function time_to(curves, good)
  local steps, seconds = {}, {}
  for _, curve in ipairs(curves) do
    local step, second = reached(curve, good)
    if step then table.insert(steps, step); table.insert(seconds, second) end
  end
  if #steps == 0 then return ("-  (0/%d)"):format(#curves) end
  return ("%.0f / %.0f s (%d/%d)"):format(summary(steps), (summary(seconds)), #steps, #curves)
end

local function cell(format, values)
  local mean, err = summary(values)
  return err == err and (format .. " ± " .. format):format(mean, err) or format:format(mean)
end

local csv <close> = assert(io.open(cfg.out .. ".csv", "w"))
csv:write "method,seed,step,seconds,sigma,trace,accuracy,frechet\n"
for _, name in ipairs(chosen) do
  for i, curve in ipairs(results[name]) do
    for _, p in ipairs(curve) do
      csv:write(("%s,%d,%d,%.2f,%.4f,%s,%s,%s\n"):format(
        name, cfg.seed + i - 1, p.step, p.seconds, p.sigma, p.trace or "", p.accuracy or "", p.frechet or ""))
    end
  end
end

if not judge then
  print(("%d runs of %d steps; give --classifier to have them measured"):format(#chosen * cfg.seeds, cfg.steps))
  return
end

-- What a perfect generator would get with so many samples: training images in place of them, the mean of five draws.
local train = pn.data.mnist(cfg.data):tensors()[1]
local train_features = lenet.features(judge, train)
local floors = {}
local function floor(n)
  n = math.min(n, train:size(1))
  if not floors[n] then
    local source, sum = pn.generator(1), 0
    for _ = 1, 5 do
      local some = pn.randperm(train:size(1), { generator = source })[{ { 1, n } }]
      sum = sum + pn.metrics.frechet_distance(train_features:index_select(1, some), real_features)
    end
    floors[n] = sum / 5
  end
  return floors[n]
end

local function good(point)
  return point.accuracy >= 0.97 and point.frechet <= 2 * floor(samples_at(point.step))
end

print(("%-10s %-24s %-16s %-16s %-22s %-22s %s"):format(
  "method", "", "accuracy %", "frechet", "to 90 %", "to the goal", "seconds"))
for _, name in ipairs(chosen) do
  local accuracy, frechet, seconds = {}, {}, {}
  for _, curve in ipairs(results[name]) do
    local last = curve[#curve]
    table.insert(accuracy, 100 * last.accuracy)
    table.insert(frechet, last.frechet)
    table.insert(seconds, last.seconds)
  end
  print(("%-10s %-24s %-16s %-16s %-22s %-22s %.0f"):format(
    name, methods[name][1], cell("%.2f", accuracy), cell("%.2f", frechet),
    time_to(results[name], function(p) return p.accuracy >= 0.9 end),
    time_to(results[name], good), (summary(seconds))))
end
print(("frechet between training and test images, the floor: %.2f with %d, %.2f with 10000"):format(
  floor(cfg.samples), cfg.samples, floor(10000)))
print "the goal: 97 % and twice the floor"

local colors = { standard = "black", blur = "sky", noise = "green", both = "blue", high = "yellow", high_both = "orange" }
local function panel(x, y, title, label)
  local series = {}
  for _, name in ipairs(chosen) do
    for i, curve in ipairs(results[name]) do
      local xs, ys = {}, {}
      for k, point in ipairs(curve) do xs[k], ys[k] = point[x], point[y] end
      table.insert(series, {
        kind = "line", x = xs, y = ys, color = colors[name], label = i == 1 and methods[name][1] or nil, width = 1.2,
      })
    end
  end
  return {
    title = title, x_label = x == "step" and "steps" or "seconds", y_label = label, series = series,
    log_y = y == "frechet", legend = "below",
  }
end
pn.plot.save(cfg.out .. ".png", {
  columns = 2, panels = {
    panel("step", "accuracy", "Wanted class", "accuracy"), panel("seconds", "accuracy", "Wanted class", "accuracy"),
    panel("step", "frechet", "Fréchet distance", "distance"), panel("seconds", "frechet", "Fréchet distance", "distance"),
  },
})
print("figure: " .. cfg.out .. ".png")
