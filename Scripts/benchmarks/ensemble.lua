-- W8: one step of eight discriminators 2-128-128-1 at once, as batched matrices, with Adam.
local pn = require "penumbra"
local timing = dofile((arg[0]:match "^.*/" or "") .. "timing.lua")

local cfg = timing.config({}, "Times an ensemble of eight discriminators (W8).")

local batch, hidden, count = 128, 128, 8
local weights = {
  pn.randn(count, 2, hidden) / 2 ^ 0.5, pn.zeros(count, 1, hidden),
  pn.randn(count, hidden, hidden) / hidden ^ 0.5, pn.zeros(count, 1, hidden),
  pn.randn(count, hidden, 1) / hidden ^ 0.5, pn.zeros(count, 1, 1),
}
for _, weight in ipairs(weights) do weight:requires_grad_() end
local opt = pn.optim.Adam(weights, { lr = 1e-3, betas = { 0.5, 0.999 } })
local ring = timing.ring(batch)

local function D(x)
  x = (x:matmul(weights[1]) + weights[2]):leaky_relu(0.2)
  x = (x:matmul(weights[3]) + weights[4]):leaky_relu(0.2)
  return x:matmul(weights[5]) + weights[6]
end

timing.report(cfg, "W8", function()
  opt:zero_grad()
  local loss = (-D(ring())):softplus():mean() + D(pn.randn(batch, 2)):softplus():mean()
  loss:backward()
  opt:step()
end)
