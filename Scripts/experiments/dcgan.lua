-- A deep convolutional GAN (Radford, Metz and Chintala 2016) on MNIST or Fashion-MNIST, with the parts that came
-- later to choose from: the objective, spectral normalisation, R1, an average of G's weights, and the blur
-- of data and samples. Draws a grid of samples on the way; with the classifier of train_classifier.lua it also prints
-- the Fréchet distance to the test images, beside its floor. A run that was stopped goes on from its checkpoint.
--
--   penumbra dcgan.lua --data DIR --checkpoint dcgan.checkpoint
local pn = require "penumbra"
local nn, optim, objectives = pn.nn, pn.optim, pn.objectives
local folder = (arg and arg[0] or ""):match "^(.*/)" or "./"
local lenet = dofile(folder .. "lenet.lua")

local cfg = pn.config({
  set = { "mnist", "what is learned", { "mnist", "fashion" } },
  data = { "data/mnist", "folder with the four IDX files (plain or gzip)" },
  classifier = { "", "weights from train_classifier.lua, trained on the same set; without them nothing is measured" },
  objective = { "non_saturating", "the game", {
    "minimax", "non_saturating", "least_squares", "hinge", "wasserstein", "relativistic_average", "relativistic_hinge",
  } },
  steps = { 6000, "generator steps" },
  batch = { 64, "batch size" },
  lr = { 2e-4, "learning rate of both; it falls to 0 over the second half" },
  blur = { 1.0, "standard deviation of the first blur in pixels; it falls to 0 in a quarter of the steps" },
  r1 = { 0.2, "weight of R1, the penalty of D's slope at the data, taken at every eighth step" },
  spectral = { false, "spectral normalisation in D" },
  ema = { 0.999, "decay of the running mean of G's weights that is shown; 0 shows the weights themselves" },
  latent = { 64, "dimensions of the latent space" },
  width = { 32, "feature maps of D's first layer; G's last hidden one has twice as many" },
  seed = { 1, "seed" },
  checkpoint = { "", "file to go on from and to write; none if empty" },
  out = { "dcgan", "folder-and-name prefix of the pictures" },
  pictures = { 4, "how many pictures, measurements and checkpoints on the way" },
  threads = { 2, "threads of the tensor library" },
}, "A deep convolutional GAN on MNIST or Fashion-MNIST.")

pn.seed(cfg.seed)
pn.set_num_threads(cfg.threads)
local load = cfg.set == "mnist" and pn.data.mnist or pn.data.fashion_mnist
local data = load(cfg.data, { scale = "symmetric" })
local w, side = cfg.width, 28

-- MARK: networks

local G = nn.Sequential(
  nn.Linear(cfg.latent, 4 * w * 49, { bias = false }), nn.Reshape(4 * w, 7, 7), nn.BatchNorm2d(4 * w), nn.ReLU(),
  nn.ConvTranspose2d(4 * w, 2 * w, 4, { stride = 2, padding = 1, bias = false }), nn.BatchNorm2d(2 * w), nn.ReLU(),
  nn.ConvTranspose2d(2 * w, 1, 4, { stride = 2, padding = 1 }), nn.Tanh())

-- No batch normalisation in D: with it, the blur and penalties of single images would act on batches.
local function weighted(layer) return cfg.spectral and nn.SpectralNorm(layer) or layer end
local D = nn.Sequential(
  weighted(nn.Conv2d(1, w, 4, { stride = 2, padding = 1 })), nn.LeakyReLU(0.2),
  weighted(nn.Conv2d(w, 2 * w, 4, { stride = 2, padding = 1 })), nn.LeakyReLU(0.2),
  nn.Flatten(), weighted(nn.Linear(2 * w * 49, 128)), nn.LeakyReLU(0.2), weighted(nn.Linear(128, 1)))
nn.init.dcgan_(G)

-- MARK: everything that a run needs to go on

local rate = pn.schedule.piecewise { { cfg.steps / 2, cfg.lr }, { cfg.steps, 0 } }
local options = { lr = rate, betas = { 0.5, 0.999 } }
local run = {
  G = G, D = D, optG = optim.Adam(G:parameters(), options), optD = optim.Adam(D:parameters(), options),
  average = optim.EMA(G, { decay = cfg.ema, use_buffers = true }),
  batches = data:batches { size = cfg.batch, steps = cfg.steps },
  generator = pn.default_generator(), latent = pn.randn(64, cfg.latent), step = 0,
}
if cfg.checkpoint ~= "" then
  local file = io.open(cfg.checkpoint)
  if file then
    file:close()
    run = pn.load_checkpoint(cfg.checkpoint, run)
    print(("goes on after step %d"):format(run.step))
  end
end

-- MARK: what is shown, of the average of G's weights

local function picture(path)
  pn.save_images(path, G(run.latent), { columns = 8, range = { -1, 1 }, scale = 2 })
end

local judge = cfg.classifier ~= "" and lenet.load(cfg.classifier) or nil
local real_features = judge
  and lenet.features(judge, load(cfg.data, { split = "test" }):tensors()[1])

-- The Fréchet distance of 10,000 samples, from a generator of their own, so that measuring changes nothing.
local function frechet()
  local source, features = pn.generator(1000 + run.step), {}
  for k = 1, 20 do
    local images = G(pn.randn { 500, cfg.latent, generator = source })
    features[k] = lenet.features(judge, (images + 1) / 2)
  end
  return pn.metrics.frechet_distance(pn.cat(features, 1), real_features)
end

local function show()
  local _ <close> = pn.no_grad()
  local _ <close> = run.average:swap_in()
  G:eval()
  local path = ("%s-%06d.png"):format(cfg.out, run.step)
  picture(path)
  print(("step %6d  %s%s"):format(run.step, path, judge and ("  frechet %.2f"):format(frechet()) or ""))
  G:train()
end

-- MARK: training

local A = pn.blur.gaussian { sigma = cfg.blur, size = { side, side } }
local sigma = pn.schedule.linear { from = cfg.blur, to = 0, steps = math.max(1, cfg.steps // 4) }

local function train_discriminator(step, real, fake)
  run.optD:zero_grad()
  local loss = objectives.discriminator(cfg.objective, D(real), D(fake))
  if cfg.r1 > 0 then
    loss = loss + objectives.lazy(step, 8, function() return objectives.r1(D, real, { weight = cfg.r1 }) end)
  end
  loss:backward()
  run.optD:step()
  return loss
end

local function train_generator(real, fake)
  D:requires_grad_(false)
  run.optG:zero_grad()
  local relative = cfg.objective:find "relativistic" and { real = D(real) } or nil
  local loss = objectives.generator(cfg.objective, D(fake), relative)
  loss:backward()
  run.optG:step()
  D:requires_grad_(true)
  run.average:update()
  return loss
end

local every = math.max(1, cfg.steps // math.max(1, cfg.pictures))
local bar <close> = pn.progress(cfg.steps, { label = "dcgan" })
local start, first = pn.clock(), run.step
for step, images in run.batches do
  A.sigma = sigma(step)
  local real, fake = A(images), A(G(pn.randn(cfg.batch, cfg.latent)))
  local lossD = train_discriminator(step, real, fake:detach())
  local lossG = train_generator(real, fake)
  run.step = step
  if step % 10 == 0 then
    bar:set { D = lossD:item(), G = lossG:item(), sigma = A.sigma }
    bar:update(step)
  end
  if step % every == 0 then
    if cfg.pictures > 0 then show() end
    if cfg.checkpoint ~= "" then pn.save_checkpoint(cfg.checkpoint, run) end
  end
end
bar:finish()
print(("%d steps in %.1f s"):format(run.step - first, pn.clock() - start))
if judge then
  local train = load(cfg.data):tensors()[1]
  local some = pn.randperm(train:size(1))[{ { 1, math.min(10000, train:size(1)) } }]
  print(("the floor of frechet, training against test images: %.2f"):format(
    pn.metrics.frechet_distance(lenet.features(judge, train:index_select(1, some)), real_features)))
end
