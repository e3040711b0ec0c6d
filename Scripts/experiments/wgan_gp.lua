-- A Wasserstein GAN with gradient penalty (Gulrajani et al. 2017) on MNIST: a convolutional critic
-- without batch normalisation that is trained several times for each step of the generator. Prints the
-- critic's estimate of the Wasserstein distance, which falls as the samples improve, and draws grids of
-- samples of an average of the generator's weights. A run that was stopped goes on from its checkpoint.
--
--   penumbra wgan_gp.lua --data DIR --checkpoint wgan.checkpoint
local pn = require "penumbra"
local nn, optim, objectives = pn.nn, pn.optim, pn.objectives

local cfg = pn.config({
  data = { "data/mnist", "folder with MNIST's four IDX files (plain or gzip)" },
  steps = { 3000, "generator steps" },
  critics = { 5, "critic steps for each of them" },
  batch = { 64, "batch size" },
  lr = { 2e-4, "learning rate of both" },
  weight = { 10.0, "weight of the gradient penalty" },
  one_sided = { false, "penalise slopes above 1 only" },
  lazy = { 1, "a penalty at every so many critic steps" },
  latent = { 64, "dimensions of the latent space" },
  channels = { 16, "channels of the first layer" },
  seed = { 1, "seed" },
  checkpoint = { "", "file to go on from and to write; none if empty" },
  out = { "wgan_gp", "folder-and-name prefix of the pictures" },
  pictures = { 4, "how many pictures and checkpoints on the way" },
  threads = { 2, "threads of the tensor library" },
}, "A Wasserstein GAN with gradient penalty on MNIST.")

pn.seed(cfg.seed)
pn.set_num_threads(cfg.threads)
local data = pn.data.mnist(cfg.data, { scale = "symmetric" })
local c = cfg.channels

local G = nn.Sequential(
  nn.Linear(cfg.latent, 4 * c * 7 * 7), nn.ReLU(), nn.Reshape(4 * c, 7, 7),
  nn.ConvTranspose2d(4 * c, 2 * c, 4, { stride = 2, padding = 1 }), nn.ReLU(),
  nn.ConvTranspose2d(2 * c, 1, 4, { stride = 2, padding = 1 }), nn.Tanh())
local D = nn.Sequential(
  nn.Conv2d(1, c, 4, { stride = 2, padding = 1 }), nn.LeakyReLU(0.2),
  nn.Conv2d(c, 2 * c, 4, { stride = 2, padding = 1 }), nn.LeakyReLU(0.2),
  nn.Conv2d(2 * c, 4 * c, 4, { stride = 2, padding = 1 }), nn.LeakyReLU(0.2),
  nn.Flatten(), nn.Linear(4 * c * 3 * 3, 1))

local options = { lr = cfg.lr, betas = { 0.0, 0.9 } }
local run = {
  G = G, D = D, optG = optim.Adam(G:parameters(), options), optD = optim.Adam(D:parameters(), options),
  average = optim.EMA(G, { decay = 0.999 }),
  -- Each generator step takes as many batches as there are critic steps.
  batches = data:batches { size = cfg.batch, steps = cfg.steps * cfg.critics },
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

local function picture(path)
  local _ <close> = pn.no_grad()
  local _ <close> = run.average:swap_in()
  pn.save_images(path, G(run.latent), { columns = 8, range = { -1, 1 }, scale = 2 })
end

-- One step of the critic; returns its estimate of the distance between data and samples.
local function train_critic(step, real)
  local fake
  do local _ <close> = pn.no_grad(); fake = G(pn.randn(cfg.batch, cfg.latent)) end
  run.optD:zero_grad()
  local loss = objectives.discriminator("wasserstein", D(real), D(fake))
  local penalty = objectives.lazy(step, cfg.lazy, function()
    return objectives.gradient_penalty(D, real, fake, { weight = cfg.weight, one_sided = cfg.one_sided })
  end);
  (loss + penalty):backward()
  run.optD:step()
  return -loss:item()
end

local function train_generator()
  D:requires_grad_(false)
  run.optG:zero_grad()
  objectives.generator("wasserstein", D(G(pn.randn(cfg.batch, cfg.latent)))):backward()
  run.optG:step()
  D:requires_grad_(true)
  run.average:update()
end

local every = math.max(1, cfg.steps // math.max(1, cfg.pictures))
local bar <close> = pn.progress(cfg.steps, { label = "wgan-gp" })
local start, first = pn.clock(), run.step
for k, real in run.batches do
  local distance = train_critic(k, real)
  if k % cfg.critics == 0 then
    train_generator()
    run.step = run.step + 1
    if run.step % 10 == 0 then
      bar:set { distance = distance }
      bar:update(run.step)
    end
    if run.step % every == 0 then
      local path = ("%s-%06d.png"):format(cfg.out, run.step)
      picture(path)
      print(("step %6d  distance %.3f  %s"):format(run.step, distance, path))
      if cfg.checkpoint ~= "" then pn.save_checkpoint(cfg.checkpoint, run) end
    end
  end
end
bar:update(run.step)
bar:finish()
print(("%d steps in %.1f s"):format(run.step - first, pn.clock() - start))
