-- W1, W1b, W2: a GAN step on the ring (G 2-128-128-2, D 2-128-128-1, LeakyReLU, BCE with logits).
-- W1 trains D with Adam at batch 128, W1b at 512, W2 with covariance-controlled Langevin noise.
local pn = require "penumbra"
local optim = pn.optim
local timing = dofile((arg[0]:match "^.*/" or "") .. "timing.lua")

local cfg = timing.config({
  workload = { "W1", "W1, W1b (batch 512) or W2", { "W1", "W1b", "W2" } },
  batch = { 0, "examples; 0: as many as the workload has" },
  width = { 128, "hidden units" },
}, "Times a GAN step on the ring.")

local batch = cfg.batch > 0 and cfg.batch or cfg.workload == "W1b" and 512 or 128
local G, D = timing.mlp { 2, cfg.width, cfg.width, 2 }, timing.mlp { 2, cfg.width, cfg.width, 1 }
local adam = { lr = 1e-3, betas = { 0.5, 0.999 } }
local optG = optim.Adam(G:parameters(), adam)
local optD = cfg.workload == "W2"
    and optim.CovarianceControlledSGLD(D:parameters(), { lr = 1e-3, temperature = 1e-3 })
  or optim.Adam(D:parameters(), adam)
local ring = timing.ring(batch)

timing.report(cfg, cfg.workload, function()
  local fake
  do local _ <close> = pn.no_grad(); fake = G(pn.randn(batch, 2)) end
  optD:zero_grad()
  local loss = pn.bce_with_logits(D(ring()), 1) + pn.bce_with_logits(D(fake), 0)
  loss:backward()
  optD:step()
  D:requires_grad_(false)
  optG:zero_grad()
  pn.bce_with_logits(D(G(pn.randn(batch, 2))), 1):backward()
  optG:step()
  D:requires_grad_(true)
end)
