-- W6, W6b: blur of images with reflecting border, forward and backward or forward alone.
local pn = require "penumbra"
local timing = dofile((arg[0]:match "^.*/" or "") .. "timing.lua")

local filters = { "gaussian", "box", "binomial", "heat", "average_pool", "pyramid" }
local cfg = timing.config({
  workload = { "W6", "W6 (512×1×28×28, σ = 2) or W6b (16×3×256×256, σ = 4)", { "W6", "W6b" } },
  filter = { "gaussian", "which blur", filters },
  sigma = { 0.0, "standard deviation in pixels; 0: the workload's" },
  strength = { "number", "one number, a learnable number, or one for each image",
    { "number", "learnable", "images" } },
  forward = { false, "without the backward pass" },
}, "Times the blur of images.")

local isLarge = cfg.workload == "W6b"
local size = isLarge and { 16, 3, 256, 256 } or { 512, 1, 28, 28 }
local sigma = cfg.sigma > 0 and cfg.sigma or isLarge and 4 or 2
if cfg.strength == "learnable" then sigma = pn.tensor(sigma):requires_grad_() end
if cfg.strength == "images" then sigma = pn.full({ size[1] }, sigma) end
local blur = pn.blur[cfg.filter] { sigma = sigma }
local x, weight = pn.rand(size), pn.rand(size)
if not cfg.forward then x:requires_grad_() end

timing.report(cfg, cfg.workload, function()
  if cfg.forward then return blur(x) end
  x.grad = nil
  blur(x):backward(weight)
end)
