-- Prints a little of everything; the bytes must not depend on the interpreter.
local pn = require "penumbra"
local nn = pn.nn

pn.seed(11)
print(pn.version, pn.randn(3, 3), pn.rand(2):totable()[1])
print(pn.tensor { { 1, 2 }, { 3, 4 } } / 3, pn.arange(5):gt(2))

local net = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
local opt = pn.optim.CovarianceControlledSGLD(net:parameters(), { lr = 1e-2, temperature = 1e-3 })
for step, x in pn.data.mixture("ring"):batches { size = 16, steps = 20 } do
  opt:zero_grad()
  local loss = pn.bce_with_logits(net(x), 1)
  loss:backward()
  opt:step()
  if step % 5 == 0 then print(step, loss, opt:trace()) end
end
print(net, opt, net:state_dict()["1.bias"])

local ok, message = pcall(function() return pn.ones(2):matmul(pn.ones(3)) end)
print(ok, (message:gsub("^.-:%d+: ", "")))
ok, message = pcall(function() return pn.zeros { 2, dtpye = "float64" } end)
print(ok, (message:gsub("^.-:%d+: ", "")))
print(select("#", pn.ones(2, 2):max(1)), pn.help "pn.cat")

local co = coroutine.wrap(function()
  local _ <close> = pn.no_grad()
  coroutine.yield(pn.is_grad_enabled())
end)
print(co(), pn.is_grad_enabled())
