-- Workloads W1 and W2: microseconds a step of a GAN on the ring (G 2-128-128-2, D 2-128-128-1,
-- LeakyReLU, BCE with logits). W1 trains D with Adam, W2 with covariance-controlled Langevin noise.
local pn = require "penumbra"
local nn, optim = pn.nn, pn.optim

local cfg = pn.config({
  workload = { "W1", "W1, W1b (batch 512) or W2", { "W1", "W1b", "W2" } },
  seconds = { 1.0, "time of one of the five rounds" },
  threads = { 1, "threads" },
}, "Times a GAN step on the ring; prints the best and the median of five rounds.")

pn.set_num_threads(cfg.threads)
local batch = cfg.workload == "W1b" and 512 or 128

local function mlp(output)
  return nn.Sequential(nn.Linear(2, 128), nn.LeakyReLU(0.2), nn.Linear(128, 128),
    nn.LeakyReLU(0.2), nn.Linear(128, output))
end

local G, D = mlp(2), mlp(1)
local adam = { lr = 1e-3, betas = { 0.5, 0.999 } }
local optG = optim.Adam(G:parameters(), adam)
local optD = cfg.workload == "W2"
    and optim.CovarianceControlledSGLD(D:parameters(), { lr = 1e-3, temperature = 1e-3 })
  or optim.Adam(D:parameters(), adam)

local function step(real)
  local fake
  do local _ <close> = pn.no_grad(); fake = G(pn.randn(batch, 2)) end
  optD:zero_grad()
  local loss = pn.bce_with_logits(D(real), 1) + pn.bce_with_logits(D(fake), 0)
  loss:backward()
  optD:step()
  D:requires_grad_(false)
  optG:zero_grad()
  pn.bce_with_logits(D(G(pn.randn(batch, 2))), 1):backward()
  optG:step()
  D:requires_grad_(true)
end

local batches = pn.data.mixture("ring"):batches { size = batch }
local function round(seconds)
  local start, steps = pn.clock(), 0
  repeat
    for _ = 1, 10 do
      local _, real = batches()
      step(real)
    end
    steps = steps + 10
  until pn.clock() - start > seconds
  return (pn.clock() - start) / steps * 1e6
end

round(cfg.seconds / 4)
local times = {}
for i = 1, 5 do times[i] = round(cfg.seconds) end
table.sort(times)
print(("%-4s %d thread(s): %.0f us a step (best), %.0f (median)"):format(
  cfg.workload, cfg.threads, times[1], times[3]))
