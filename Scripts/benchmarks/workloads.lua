-- The workloads as data: the script of each, the products that are its floor, and its goals: times of
-- the peer (the faster one where none is named) and of the floor.

-- x [batch, in] Wᵀ for each layer of an MLP.
local function forward(list, sizes, batch)
  for k = 1, #sizes - 1 do list[#list + 1] = ("%dx%dx%d:t"):format(batch, sizes[k], sizes[k + 1]) end
end

-- gᵀ x for the gradients of weights, g W for those of inputs; the first layer's input is data unless
-- `wants.inputs`.
local function backward(list, sizes, batch, wants)
  for k = #sizes - 1, 1, -1 do
    if wants.weights then list[#list + 1] = ("%dx%dx%d:a"):format(sizes[k + 1], batch, sizes[k]) end
    if wants.inputs or k > 1 then list[#list + 1] = ("%dx%dx%d"):format(batch, sizes[k + 1], sizes[k]) end
  end
end

-- A GAN step: D's own on real and fake samples of an unrecorded G, then G's through a frozen D, which
-- needs the gradient of D's input.
local function ganStep(G, D, batch)
  local list = {}
  forward(list, G, batch)
  for _ = 1, 2 do
    forward(list, D, batch)
    backward(list, D, batch, { weights = true })
  end
  forward(list, G, batch)
  forward(list, D, batch)
  backward(list, D, batch, { inputs = true })
  backward(list, G, batch, { weights = true })
  return list
end

-- The same for the DCGAN. A transposed convolution is the input gradient of a convolution (:d), its
-- derivatives are that convolution and its weight gradient (:w).
local function dcganStep()
  local list = {}
  local G = { "conv64,128,7,7,100,7,1,0", "conv64,64,14,14,128,4,2,1", "conv64,1,28,28,64,4,2,1" }
  local D = { "conv64,1,28,28,64,4,2,1", "conv64,64,14,14,128,4,2,1", "conv64,128,7,7,1,7,1,0" }
  local function add(layers, kind)
    for _, layer in ipairs(layers) do list[#list + 1] = layer .. kind end
  end
  add(G, ":d")
  for _ = 1, 2 do
    add(D, "")
    add(D, ":w")
    add({ D[2], D[3] }, ":d")
  end
  add(G, ":d")
  add(D, "")
  add(D, ":d")
  add(G, ":w")
  add({ G[2], G[3] }, "")
  return list
end

local digits = { { 110, 256, 512, 1024, 784 }, { 794, 1024, 512, 256, 1 } }

-- Shapes of the ring GAN's step, whose cost scaling.lua draws.
local function ringStep(batch, width)
  return ganStep({ 2, width, width, 2 }, { 2, width, width, 1 }, batch)
end

return {
  ringStep = ringStep,
  {
    name = "W1", what = "ring GAN, batch 128", script = "ring_gan.lua", options = "--workload W1",
    floor = ringStep(128, 128), goals = { peer = "jax", ratio = 0.65, floor = 1.35 },
  },
  {
    name = "W1b", what = "ring GAN, batch 512", script = "ring_gan.lua", options = "--workload W1b",
    floor = ringStep(512, 128), goals = { peer = "jax", ratio = 0.75, floor = 1.25 },
  },
  {
    name = "W2", what = "ring GAN, covariance-controlled noise", script = "ring_gan.lua",
    options = "--workload W2", goals = { peer = "jax", ratio = 0.2 },
  },
  {
    name = "W3", what = "conditional GAN with blur", script = "conditional_gan.lua",
    floor = ganStep(digits[1], digits[2], 128), goals = { peer = "jax", ratio = 0.75, floor = 1.25 },
  },
  {
    name = "W4", what = "DCGAN 28×28", script = "dcgan.lua", floor = dcganStep(),
    goals = { peer = "torch", ratio = 0.65, floor = 1.35 },
  },
  {
    name = "W5", what = "WGAN-GP critic", script = "wgan_gp.lua",
    goals = { peer = "jax", ratio = 0.7 },
  },
  {
    name = "W6", what = "blur 512×1×28×28, σ = 2", script = "blur.lua", options = "--workload W6",
    goals = { ratio = 0.1 },
  },
  {
    name = "W6b", what = "blur 16×3×256×256, σ = 4", script = "blur.lua",
    options = "--workload W6b", goals = { ratio = 0.15 },
  },
  {
    name = "W7", what = "64×64 add from Lua", script = "add.lua",
    goals = { peer = "torch", ratio = 0.35 },
  },
  {
    name = "W8", what = "eight discriminators at once", script = "ensemble.lua",
    goals = { peer = "jax", ratio = 0.65 },
  },
}
