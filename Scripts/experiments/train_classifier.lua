-- A classifier of LeNet's kind for MNIST and its relatives, to measure generated digits with: their class,
-- and the features in which Fréchet distance, precision, recall, density and coverage are taken.
-- Prints the test accuracy and the weights' SHA-256, and the metrics of real training against real test images:
-- the floor under every generator's figures.
--
--   penumbra train_classifier.lua --data DIR --out classifier.safetensors
--
-- Another script loads it with
--   local lenet = dofile("Scripts/experiments/lenet.lua")
--   local classifier = lenet.load("classifier.safetensors")
local pn = require "penumbra"
local optim = pn.optim
local folder = (arg and arg[0] or ""):match("^(.*/)") or "./"
local lenet = dofile(folder .. "lenet.lua")

local cfg = pn.config({
  data = { "data/mnist", "folder with the four IDX files (plain or gzip)" },
  epochs = { 5, "passes over the training images" },
  batch = { 100, "batch size" },
  lr = { 2e-3, "greatest learning rate; it falls to 0 along a cosine" },
  shift = { 2, "greatest random shift of a training batch, in pixels" },
  floor = { 10000, "images of either set for the floor; 0 for none" },
  seed = { 1, "seed" },
  out = { "classifier.safetensors", "file of the weights; its hash is written beside it (.sha256)" },
  threads = { 1, "threads of the tensor library" },
}, "Trains a LeNet-type classifier and prints the floor of the metrics in its features.")

pn.seed(cfg.seed)
pn.set_num_threads(cfg.threads)
local train = pn.data.mnist(cfg.data, { split = "train" })
local test = pn.data.mnist(cfg.data, { split = "test" })

local classifier = lenet.new()
local opt = optim.Adam(classifier:parameters(), { lr = cfg.lr })
local steps = cfg.epochs * (#train // cfg.batch)
assert(steps > 0, "--batch is greater than the number of training images")

-- The whole batch moves by the same random number of pixels; the border is background.
local function shifted(images, reach)
  if reach == 0 then return images end
  local move = pn.randint(-reach, reach, { 2 }):totable()
  local h, w = images:size(3), images:size(4)
  local padded = images:pad { reach, reach, reach, reach }
  local top, left = reach + 1 + move[1], reach + 1 + move[2]
  return padded[{ {}, {}, { top, top + h - 1 }, { left, left + w - 1 } }]
end

local start = pn.clock()
local bar <close> = pn.progress(steps, { label = "classifier" })
for step, images, labels in train:batches { size = cfg.batch, steps = steps } do
  opt.lr = 0.5 * cfg.lr * (1 + math.cos(math.pi * (step - 1) / steps))
  opt:zero_grad()
  local loss = pn.cross_entropy(classifier(shifted(images, cfg.shift)), labels)
  loss:backward()
  opt:step()
  if step % 50 == 0 then
    bar:set { loss = loss:item() }
    bar:update(step)
  end
end
bar:finish()
local seconds = pn.clock() - start

classifier:eval()
local tensors = test:tensors()
local predicted = lenet.classify(classifier, tensors[1])
local report = pn.metrics.class_accuracy(predicted, tensors[2], { classes = 10 })
print(("%d steps in %.1f s"):format(steps, seconds))
print(("test accuracy %.2f %%"):format(100 * report.accuracy))

pn.save(cfg.out, classifier:state_dict())
local hash = pn.sha256(cfg.out)
local file <close> = assert(io.open(cfg.out .. ".sha256", "w"))
file:write(hash, "  ", cfg.out:match("[^/]*$"), "\n")
print(("weights %s"):format(cfg.out))
print(("sha256 %s"):format(hash))

-- Real training against real test images, in the classifier's features.
local n = math.min(cfg.floor, #train, #test)
if n > 5 then
  local began = pn.clock()
  local some = pn.randperm(#train)[{ { 1, n } }]
  local real = lenet.features(classifier, train:tensors()[1]:index_select(1, some))
  local other = lenet.features(classifier, tensors[1][{ { 1, n } }])
  local manifold = pn.metrics.precision_recall(real, other)
  local shared = pn.metrics.density_coverage(real, other)
  local kid, spread = pn.metrics.kid(real, other, { subsets = 20, size = math.min(1000, n) })
  print(("floor at %d images: frechet %.4f  kid %.5f ± %.5f  precision %.4f  recall %.4f  density %.4f  coverage %.4f"):format(
    n, pn.metrics.frechet_distance(real, other), kid, spread, manifold.precision, manifold.recall,
    shared.density, shared.coverage))
  print(("floor in %.1f s"):format(pn.clock() - began))
end
