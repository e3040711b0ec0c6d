-- W6, W6b: Gaussian blur with reflecting border, forward and backward.
local pn = require "penumbra"
local timing = dofile((arg[0]:match "^.*/" or "") .. "timing.lua")

local cfg = timing.config({
  workload = { "W6", "W6 (512×1×28×28, σ = 2) or W6b (16×3×256×256, σ = 4)", { "W6", "W6b" } },
}, "Times the Gaussian blur of images.")

local isLarge = cfg.workload == "W6b"
local size = isLarge and { 16, 3, 256, 256 } or { 512, 1, 28, 28 }
local blur = pn.blur.gaussian { sigma = isLarge and 4 or 2 }
local x, weight = pn.rand(size):requires_grad_(), pn.rand(size)

timing.report(cfg, cfg.workload, function()
  x.grad = nil
  blur(x):backward(weight)
end)
