-- W4: a DCGAN step on 28×28 pixels, 64 filters, batch normalisation, batch 64.
local pn = require "penumbra"
local nn = pn.nn
local timing = dofile((arg[0]:match "^.*/" or "") .. "timing.lua")

local cfg = timing.config({}, "Times a DCGAN step (W4).")

local batch, filters = 64, 64
local half = { stride = 2, padding = 1 }
local plainHalf = { stride = 2, padding = 1, bias = false }
local G = nn.Sequential(
  nn.ConvTranspose2d(100, 2 * filters, 7, { bias = false }), nn.BatchNorm2d(2 * filters), nn.ReLU(),
  nn.ConvTranspose2d(2 * filters, filters, 4, plainHalf), nn.BatchNorm2d(filters), nn.ReLU(),
  nn.ConvTranspose2d(filters, 1, 4, half), nn.Tanh())
local D = nn.Sequential(
  nn.Conv2d(1, filters, 4, half), nn.LeakyReLU(0.2),
  nn.Conv2d(filters, 2 * filters, 4, plainHalf), nn.BatchNorm2d(2 * filters), nn.LeakyReLU(0.2),
  nn.Conv2d(2 * filters, 1, 7), nn.Flatten())
local adam = { lr = 2e-4, betas = { 0.5, 0.999 } }
local optG, optD = pn.optim.Adam(G:parameters(), adam), pn.optim.Adam(D:parameters(), adam)
local images = pn.rand(batch, 1, 28, 28)

local function generate() return G(pn.randn(batch, 100, 1, 1)) end

timing.report(cfg, "W4", function()
  local fake
  do local _ <close> = pn.no_grad(); fake = generate() end
  optD:zero_grad()
  local loss = pn.bce_with_logits(D(images), 1) + pn.bce_with_logits(D(fake), 0)
  loss:backward()
  optD:step()
  D:requires_grad_(false)
  optG:zero_grad()
  pn.bce_with_logits(D(generate()), 1):backward()
  optG:step()
  D:requires_grad_(true)
end)
