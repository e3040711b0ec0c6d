-- A conditional GAN on MNIST (Mirza and Osindero 2014): multi-layer perceptrons that get an image and
-- its class. Real and generated images pass a Gaussian blur whose level falls over time, and the
-- discriminator may be trained with covariance-controlled noise. Draws a grid of samples, one row for
-- each class, several times on the way.
--
--   penumbra mnist_cgan.lua --data DIR --blur 1 --noise 1e-5
local pn = require "penumbra"
local nn, optim, blur = pn.nn, pn.optim, pn.blur

local cfg = pn.config({
  data = { "data/mnist", "folder with MNIST's four IDX files (plain or gzip)" },
  steps = { 8000, "generator steps" },
  batch = { 128, "batch size" },
  lr = { 2e-4, "learning rate" },
  blur = { 1.0, "first standard deviation of the blur, in pixels; 0 for none" },
  blur_steps = { 2000, "steps until the blur is gone" },
  noise = { 0.0, "temperature of the covariance-controlled noise on D; 0 for none" },
  dropout = { 0.3, "dropout in the discriminator" },
  latent = { 100, "dimensions of the latent space" },
  seed = { 1, "seed" },
  out = { "mnist_cgan", "folder-and-name prefix of the pictures" },
  pictures = { 4, "how many pictures on the way" },
  threads = { 1, "threads of the tensor library" },
}, "A conditional GAN on MNIST, with coarse-graining and covariance-controlled noise.")

pn.seed(cfg.seed)
pn.set_num_threads(cfg.threads)
local classes, pixels = 10, 28 * 28
local data = pn.data.mnist(cfg.data, { scale = "symmetric" })

-- A network of (x, class): the one-hot class is put beside x, scaled so that both weigh the same.
local function conditional(sizes, dropout, last)
  local layers, scale = {}, math.sqrt((sizes[1] - classes) / classes)
  for i = 1, #sizes - 1 do
    layers[#layers + 1] = nn.Linear(sizes[i], sizes[i + 1])
    if i < #sizes - 1 then
      layers[#layers + 1] = nn.LeakyReLU(0.2)
      if dropout > 0 then layers[#layers + 1] = nn.Dropout(dropout) end
    end
  end
  layers[#layers + 1] = last
  return nn.module {
    name = "Conditional",
    body = nn.Sequential(layers),
    forward = function(self, x, class) return self.body(pn.cat({ x, class * scale }, 2)) end,
  }
end

local G = conditional({ cfg.latent + classes, 256, 512, pixels }, 0, nn.Tanh())
local D = conditional({ pixels + classes, 512, 256, 1 }, cfg.dropout)

local options = { lr = cfg.lr, betas = { 0.5, 0.999 } }
local optG = optim.Adam(G:parameters(), options)
local optD
if cfg.noise > 0 then
  options.temperature, options.precondition = cfg.noise, "adam"
  optD = optim.CovarianceControlledSGLD(D:parameters(), options)
else
  optD = optim.Adam(D:parameters(), options)
end

local A = blur.gaussian { sigma = cfg.blur, size = { 28, 28 } }
local sigma = pn.schedule.linear { from = cfg.blur, to = 0, steps = cfg.blur_steps }

local function generate(class) return G(pn.randn(class:size(1), cfg.latent), class) end

-- Ten samples of each class from the same latent points, a row for each class.
local latent = pn.randn(10, cfg.latent)
local function picture(path)
  local _ <close> = pn.no_grad()
  local rows = {}
  for class = 1, classes do
    local label = pn.full({ 10 }, class, { dtype = "int64" }):one_hot(classes)
    rows[class] = G(latent, label)
  end
  local images = pn.cat(rows, 1):reshape(10 * classes, 1, 28, 28)
  pn.save_images(path, images, { columns = 10, range = { -1, 1 }, scale = 2 })
end

local every = math.max(1, cfg.steps // math.max(1, cfg.pictures))
local bar <close> = pn.progress(cfg.steps, { label = "mnist" })
local start = pn.clock()
for step, images, labels in data:batches { size = cfg.batch, steps = cfg.steps } do
  A.sigma = sigma(step)
  local real, class = images:flatten(2), labels:one_hot(classes)

  local fake
  do local _ <close> = pn.no_grad(); fake = generate(class) end
  optD:zero_grad()
  local lossD = pn.bce_with_logits(D(A(real), class), 1) + pn.bce_with_logits(D(A(fake), class), 0)
  lossD:backward()
  optD:step()

  D:requires_grad_(false)
  optG:zero_grad()
  local lossG = pn.bce_with_logits(D(A(generate(class)), class), 1)
  lossG:backward()
  optG:step()
  D:requires_grad_(true)

  if step % 50 == 0 then
    bar:set { D = lossD:item(), G = lossG:item(), sigma = A.sigma }
    bar:update(step)
  end
  if step % every == 0 then
    local path = ("%s-%06d.png"):format(cfg.out, step)
    picture(path)
    print(("step %6d  D %.3f  G %.3f  blur %.2f  %s"):format(
      step, lossD:item(), lossG:item(), A.sigma, path))
  end
end
bar:finish()
print(("%d steps in %.1f s"):format(cfg.steps, pn.clock() - start))
