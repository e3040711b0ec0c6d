-- W3: a conditional GAN step on 784 pixels and ten classes, real and fake blurred (σ = 1), batch 128.
local pn = require "penumbra"
local timing = dofile((arg[0]:match "^.*/" or "") .. "timing.lua")

local cfg = timing.config({}, "Times a conditional GAN step with a blurred discriminator (W3).")

local batch = 128
local G = timing.mlp({ 110, 256, 512, 1024, 784 }, pn.nn.Tanh())
local D = timing.mlp { 794, 1024, 512, 256, 1 }
local adam = { lr = 2e-4, betas = { 0.5, 0.999 } }
local optG, optD = pn.optim.Adam(G:parameters(), adam), pn.optim.Adam(D:parameters(), adam)
local blur = pn.blur.gaussian { sigma = 1 }
local images, labels = pn.rand(60000, 784), pn.randint(1, 10, { 60000 })

local function generate(classes)
  return G(pn.cat({ pn.randn(batch, 100), classes }, 2))
end

local function judge(x, classes)
  return D(pn.cat({ blur(x:view(batch, 1, 28, 28)):view(batch, 784), classes }, 2))
end

timing.report(cfg, "W3", function()
  local rows = pn.randint(1, 60000, { batch })
  local real = images:index_select(1, rows)
  local classes = labels:index_select(1, rows):one_hot(10):to "float32"
  local fake
  do local _ <close> = pn.no_grad(); fake = generate(classes) end
  optD:zero_grad()
  local loss = pn.bce_with_logits(judge(real, classes), 1) + pn.bce_with_logits(judge(fake, classes), 0)
  loss:backward()
  optD:step()
  D:requires_grad_(false)
  optG:zero_grad()
  pn.bce_with_logits(judge(generate(classes), classes), 1):backward()
  optG:step()
  D:requires_grad_(true)
end)
