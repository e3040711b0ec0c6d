-- W5: a WGAN-GP critic step with its double backward, 3 × 512 hidden units, batch 256.
local pn = require "penumbra"
local timing = dofile((arg[0]:match "^.*/" or "") .. "timing.lua")

local cfg = timing.config({}, "Times a critic step with gradient penalty (W5).")

local batch = 256
local G, D = timing.mlp { 2, 512, 512, 512, 2 }, timing.mlp { 2, 512, 512, 512, 1 }
local optD = pn.optim.Adam(D:parameters(), { lr = 1e-4, betas = { 0.5, 0.9 } })
local ring = timing.ring(batch)

timing.report(cfg, "W5", function()
  local real, fake = ring(), nil
  do local _ <close> = pn.no_grad(); fake = G(pn.randn(batch, 2)) end
  local u = pn.rand(batch, 1)
  local between = (u * real + (1 - u) * fake):requires_grad_()
  local slope = pn.grad(D(between):sum(), between, { create_graph = true })
  optD:zero_grad()
  local loss = D(fake):mean() - D(real):mean() + 0.1 * (slope:norm(2, 2) - 1):square():mean()
  loss:backward()
  optD:step()
end)
