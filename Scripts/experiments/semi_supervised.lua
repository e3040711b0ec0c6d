-- Semi-supervised learning with a GAN (Salimans et al. 2016, section 5) on MNIST: of all images only a
-- few have labels. The discriminator has a score for each digit and holds that of "generated" at 0; the
-- generator matches the discriminator's features. Prints the error on the test images; with --weight 0
-- the same network learns from the labels alone.
--
--   penumbra semi_supervised.lua --data DIR --labels 100
local pn = require "penumbra"
local nn, optim, objectives = pn.nn, pn.optim, pn.objectives

local cfg = pn.config({
  data = { "data/mnist", "folder with MNIST's four IDX files (plain or gzip)" },
  labels = { 100, "labelled images, the same number of each digit" },
  steps = { 8000, "steps" },
  batch = { 100, "batch size, of labelled images too" },
  lr = { 1e-3, "first learning rate; it falls to 0 over the second half" },
  weight = { 1.0, "weight of the unlabelled and generated images; 0 for labels alone" },
  noise = { 0.3, "standard deviation of the noise on the pixels; hidden layers have 0.5 if it is not 0" },
  latent = { 100, "dimensions of the latent space" },
  width = { 256, "features of the hidden layers" },
  seed = { 1, "seed, of the choice of labelled images too" },
  out = { "semi_supervised", "folder-and-name prefix of the pictures" },
  pictures = { 4, "how many pictures and test errors on the way" },
  threads = { 2, "threads of the tensor library" },
}, "A semi-supervised GAN on MNIST.")

pn.seed(cfg.seed)
pn.set_num_threads(cfg.threads)
local classes, pixels = 10, 28 * 28
local data = pn.data.mnist(cfg.data)
local images, labels = table.unpack(data:tensors())

-- The labelled images: the first of each digit in a random order.
local function labelled_images()
  local share, seen, chosen = math.max(1, cfg.labels // classes), {}, {}
  local order = pn.randperm(#data)
  local names = labels[order]:totable()
  for k, index in ipairs(order:totable()) do
    local count = (seen[names[k]] or 0) + 1
    seen[names[k]] = count
    if count <= share then chosen[#chosen + 1] = index end
  end
  local index = pn.tensor(chosen)
  return images[index]:flatten(2), labels[index]
end
local labelled, digits = labelled_images()

-- Gaussian noise while it trains.
local function noise(sigma)
  return nn.module {
    name = "Noise",
    forward = function(self, x) return self.training and x + sigma * pn.randn_like(x) or x end,
  }
end

local D = nn.module {
  name = "Discriminator",
  features = nn.Sequential(
    noise(cfg.noise), nn.Linear(pixels, cfg.width), nn.ReLU(),
    noise(cfg.noise > 0 and 0.5 or 0), nn.Linear(cfg.width, cfg.width), nn.ReLU(),
    noise(cfg.noise > 0 and 0.5 or 0), nn.Linear(cfg.width, cfg.width), nn.ReLU()),
  scores = nn.Linear(cfg.width, classes),
  forward = function(self, x)
    local features = self.features(x)
    return self.scores(features), features
  end,
}
local G = nn.Sequential(
  nn.Linear(cfg.latent, cfg.width), nn.BatchNorm1d(cfg.width), nn.Softplus(),
  nn.Linear(cfg.width, cfg.width), nn.BatchNorm1d(cfg.width), nn.Softplus(),
  nn.Linear(cfg.width, pixels), nn.Sigmoid())

local rate = pn.schedule.piecewise { { cfg.steps / 2, cfg.lr }, { cfg.steps, 0 } }
local options = { lr = rate, betas = { 0.5, 0.999 } }
local optG, optD = optim.Adam(G:parameters(), options), optim.Adam(D:parameters(), options)
local average = optim.EMA(D, { decay = 0.99 })

-- The part of the test images that D with averaged weights names wrongly.
local function test_error()
  local _ <close> = pn.no_grad()
  local _ <close> = average:swap_in()
  D:eval()
  local wrong, count = 0, 0
  local test = pn.data.mnist(cfg.data, { split = "test" })
  for _, x, y in test:batches { size = 1000, epochs = 1, shuffle = false, drop_last = false } do
    wrong = wrong + D(x:flatten(2)):argmax(2):ne(y):sum():item()
    count = count + y:size(1)
  end
  D:train()
  return wrong / count
end

local function train_discriminator(unlabelled, fake)
  local chosen = pn.randint(1, digits:size(1), { cfg.batch })
  local x, y = labelled[chosen], digits[chosen]
  optD:zero_grad()
  local loss
  if cfg.weight > 0 then
    loss = objectives.semi_supervised((D(x)), y, (D(unlabelled)), (D(fake)), { weight = cfg.weight })
  else
    loss = objectives.auxiliary_classifier((D(x)), y)
  end
  loss:backward()
  optD:step()
  average:update()
  return loss:item()
end

local function train_generator(unlabelled, fake)
  D:requires_grad_(false)
  optG:zero_grad()
  local _, real = D(unlabelled)
  local _, made = D(fake)
  local loss = objectives.feature_matching(real, made, { weight = 1 / cfg.width })
  loss:backward()
  optG:step()
  D:requires_grad_(true)
end

local every = math.max(1, cfg.steps // math.max(1, cfg.pictures))
local bar <close> = pn.progress(cfg.steps, { label = "semi-supervised" })
local start = pn.clock()
for step, x in data:batches { size = cfg.batch, steps = cfg.steps } do
  local unlabelled = x:flatten(2)
  local fake = cfg.weight > 0 and G(pn.randn(cfg.batch, cfg.latent))
  local loss = train_discriminator(unlabelled, fake and fake:detach())
  if fake then train_generator(unlabelled, fake) end
  if step % 50 == 0 then
    bar:set { loss = loss }
    bar:update(step)
  end
  if step % every == 0 then
    local line = ("step %6d  loss %.4f  test error %.2f %%"):format(step, loss, 100 * test_error())
    if fake then
      local path = ("%s-%06d.png"):format(cfg.out, step)
      pn.save_images(path, fake:detach():reshape(-1, 1, 28, 28), { columns = 10, scale = 2 })
      line = line .. "  " .. path
    end
    print(line)
  end
end
bar:update(cfg.steps)
bar:finish()
print(("%d steps in %.1f s"):format(cfg.steps, pn.clock() - start))
