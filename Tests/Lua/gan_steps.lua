-- GAN steps that differentiate derivatives, against PyTorch's gradients (Scripts/golden_gan.py).
local pn = require "penumbra"
local nn = pn.nn
local lu = require "luaunit"

local here = debug.getinfo(1, "S").source:match("^@(.*)/")
local golden = dofile(here .. "/fixtures/gan_steps.lua")

TestGanSteps = {}

local batch, rate = 7, 0.3

-- Element k of the n-th tensor is 0.6 cos(0.9 k + n).
local function wave(size, n)
  local count = 1
  for _, extent in ipairs(size) do count = count * extent end
  local k = pn.arange(0, count - 1, 1, { dtype = "float64" })
  return ((0.9 * k + n):cos() * 0.6):reshape(size)
end

local names = { "1.weight", "1.bias", "3.weight", "3.bias", "5.weight", "5.bias" }

-- A network and its parameters by name, in layers' order.
local function network(sizes, first)
  local net = nn.Sequential(
    nn.Linear(sizes[1], sizes[2], { dtype = "float64" }), nn.LeakyReLU(0.2),
    nn.Linear(sizes[2], sizes[3], { dtype = "float64" }), nn.Tanh(),
    nn.Linear(sizes[3], sizes[4], { dtype = "float64" }))
  local values = {}
  for n, name in ipairs(names) do
    local parameter = net:named_parameters()[name]
    local _ <close> = pn.no_grad()
    parameter:copy_(wave(parameter:size(), first + n - 1))
    values[n] = parameter
  end
  return net, values
end

local function fresh()
  local G, g = network({ 2, 6, 5, 2 }, 1)
  local D, d = network({ 2, 6, 5, 1 }, 11)
  return G, g, D, d, wave({ batch, 2 }, 21) * 3, wave({ batch, 2 }, 22)
end

local function with(net, values, x)
  local parameters = {}
  for n, name in ipairs(names) do parameters[name] = values[n] end
  return nn.functional_call(net, parameters, x)
end

-- Largest difference over largest size, of the loss and of every gradient.
local function compare(name, loss, gradients)
  local expected = golden[name]
  lu.assertAlmostEquals(loss:item(), expected.loss, 1e-12)
  for n, values in ipairs(expected.gradients) do
    if #values == 0 then
      lu.assertTrue(gradients[n] == nil or gradients[n]:abs():max():item() == 0)
    else
      local wanted = pn.tensor(values, { dtype = "float64" })
      local scale = math.max(wanted:abs():max():item(), 1e-3)
      local worst = (gradients[n]:flatten() - wanted):abs():max():item() / scale
      lu.assertTrue(worst < 1e-10, ("%s, gradient %d: off by %g"):format(name, n, worst))
    end
  end
end

function TestGanSteps.test_unrolled_gan_differentiates_through_three_updates_of_d()
  local G, g, D, d, real, z = fresh()
  local fake = G(z)
  for _ = 1, 3 do
    local loss = pn.bce_with_logits(with(D, d, real), 1) + pn.bce_with_logits(with(D, d, fake), 0)
    local slopes = table.pack(pn.grad(loss, d, { create_graph = true }))
    local updated = {}
    for n, parameter in ipairs(d) do updated[n] = parameter - rate * slopes[n] end
    d = updated
  end
  local loss = pn.bce_with_logits(with(D, d, fake), 1)
  compare("unrolled", loss, table.pack(pn.grad(loss, g)))
end

function TestGanSteps.test_wgan_with_gradient_penalty()
  local G, _, D, d, real, z = fresh()
  local fake = G(z):detach()
  local mix = wave({ batch, 1 }, 23):abs()
  local between = (mix * real + (1 - mix) * fake):requires_grad_()
  local slope = pn.grad(D(between):sum(), between, { create_graph = true })
  local penalty = (slope:norm(2, 2) - 1):square():mean()
  local loss = D(fake):mean() - D(real):mean() + 10 * penalty
  loss:backward()
  local gradients = {}
  for n, parameter in ipairs(d) do gradients[n] = parameter.grad end
  compare("wgan_gp", loss, gradients)
end

function TestGanSteps.test_r1_penalty()
  local _, _, D, d, real = fresh()
  local x = real:requires_grad_()
  local logits = D(x)
  local slope = pn.grad(logits:sum(), x, { create_graph = true })
  local loss = pn.bce_with_logits(logits, 1) + 0.5 * 0.8 * slope:square():sum(2):mean()
  loss:backward()
  local gradients = {}
  for n, parameter in ipairs(d) do gradients[n] = parameter.grad end
  compare("r1", loss, gradients)
end

return lu.LuaUnit.run("--output", "nil")
