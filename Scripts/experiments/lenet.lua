-- The classifier that the experiments measure digits with: LeCun's LeNet-5 with ReLU and max pooling.
-- [n, 1, 28, 28] in [0, 1] → scores of ten classes [n, 10]; 84 features before the last layer.
-- Not an experiment by itself; train_classifier.lua trains it.
local pn = require "penumbra"
local nn = pn.nn

local lenet = {}

local function pool() return nn.module { name = "MaxPool", forward = function(_, x) return x:max_pool2d(2) end } end

--- A new classifier with random weights.
function lenet.new()
  return nn.module {
    name = "LeNet",
    body = nn.Sequential(
      nn.Conv2d(1, 16, 5, { padding = 2 }), nn.ReLU(), pool(), -- [n, 16, 14, 14]
      nn.Conv2d(16, 32, 5), nn.ReLU(), pool(), -- [n, 32, 5, 5]
      nn.Flatten(), nn.Linear(800, 84), nn.ReLU()),
    head = nn.Linear(84, 10),
    forward = function(self, x) return self.head(self.body(x)) end,
  }
end

--- A trained classifier from its file, frozen and in evaluation mode. With a hash, a file of another is refused.
function lenet.load(path, hash)
  local found = pn.sha256(path)
  assert(not hash or hash == found, ("%s has the hash %s, expected %s"):format(path, found, hash))
  local classifier = lenet.new()
  classifier:load_state_dict(pn.load(path))
  classifier:requires_grad_(false)
  return classifier:eval()
end

-- fn of images, 500 at a time and without derivatives, as one tensor.
local function in_batches(fn, images)
  local _ <close> = pn.no_grad()
  local parts, n, size = {}, images:size(1), 500
  for first = 1, n, size do
    parts[#parts + 1] = fn(images[{ { first, math.min(first + size - 1, n) } }])
  end
  return pn.cat(parts, 1)
end

--- The 84 features of images [n, 1, 28, 28] in [0, 1].
function lenet.features(classifier, images) return in_batches(classifier.body, images) end

--- The class of each image, 1 (digit 0) to 10; of each channel for [n, c, 28, 28] with more channels.
function lenet.classify(classifier, images)
  local n, c = images:size(1), images:size(2)
  local class = in_batches(function(x) return classifier(x):argmax(2) end, images:reshape(n * c, 1, 28, 28))
  return c > 1 and class:reshape(n, c) or class
end

return lenet
