-- Layers from Lua: against PyTorch (Scripts/golden_layers.py), containers, trees, bad input.
local pn = require "penumbra"
local nn, init = pn.nn, pn.nn.init
local lu = require "luaunit"

local here = debug.getinfo(1, "S").source:match("^@(.*)/")
local golden = dofile(here .. "/fixtures/layers.lua")

-- Element k, counted from 0, is scale · cos(rate · k + shift).
local function wave(size, rate, shift, scale)
  local count = 1
  for _, extent in ipairs(size) do count = count * extent end
  local k = pn.arange(0, count - 1, 1, { dtype = "float64" })
  return ((rate * k + shift):cos() * (scale or 1)):reshape(size)
end

local function copy(target, source)
  local _ <close> = pn.no_grad()
  target:copy_(source)
end

-- Fails where a tensor is off by more than 10⁻¹² of the largest expected number, or of 1.
local function compare(what, found, wanted)
  if #wanted == 0 then
    lu.assertTrue(found == nil or found:numel() == 0 or found:abs():max():item() == 0, what)
    return
  end
  wanted = pn.tensor(wanted, { dtype = "float64" })
  lu.assertEquals(found:numel(), wanted:numel(), what)
  local scale = math.max(wanted:abs():max():item(), 1)
  local worst = (found:flatten() - wanted):abs():max():item() / scale
  lu.assertTrue(worst <= 1e-12, ("%s: off by %g"):format(what, worst))
end

TestGolden = {}

local function check(case)
  local layer = load("local nn = ... return " .. case.layer)(nn):to "float64"
  if case.eval then layer:eval() end
  local parameters, buffers = layer:named_parameters(), layer:named_buffers()
  local inputs, wanted = {}, {}
  for n, given in ipairs(case.inputs) do
    if given.labels then
      inputs[n] = pn.tensor(given.labels)
    else
      inputs[n] = wave(given, 0.9, n, 1.2):requires_grad_()
      wanted[#wanted + 1] = inputs[n]
    end
  end
  for n, name in ipairs(case.parameters) do
    lu.assertNotNil(parameters[name], case.layer .. ": " .. name)
    copy(parameters[name], wave(parameters[name]:size(), 0.9, 10 + n, 0.6))
    wanted[#wanted + 1] = parameters[name]
  end
  lu.assertEquals(#layer:parameters(), #case.parameters, case.layer)
  for n, name in ipairs(case.buffers or {}) do
    copy(buffers[name], wave(buffers[name]:size(), 0.9, 20 + n, 0.6):abs() + 0.3)
  end
  local y = layer(table.unpack(inputs))
  lu.assertEquals(y:size(), case.size, case.layer)
  compare(case.layer .. ": value", y, case.value)
  for n, name in ipairs(case.buffers or {}) do
    compare(case.layer .. ": " .. name, buffers[name], case.after[n])
  end
  local loss = (y * wave(y:size(), 0.7, 0.3)):sum()
  local options = { create_graph = true, allow_unused = true }
  local first = table.pack(pn.grad(loss, wanted, options))
  local probe
  for n = 1, #wanted do
    compare(("%s: gradient %d"):format(case.layer, n), first[n], case.first[n])
    if first[n] then
      local term = (first[n] * wave(first[n]:size(), 0.5, n)):sum()
      probe = probe and probe + term or term
    end
  end
  if not case.second then return end
  local second = probe and probe.requires_grad and table.pack(pn.grad(probe, wanted, options)) or {}
  for n = 1, #wanted do
    compare(("%s: second derivative %d"):format(case.layer, n), second[n], case.second[n])
  end
end

for n, case in ipairs(golden) do
  TestGolden[("test_%03d_%s"):format(n, case.layer:match "nn%.(%w+)")] = function() check(case) end
end

function TestGolden.test_every_layer_has_a_case()
  local text = ""
  for _, case in ipairs(golden) do text = text .. case.layer .. " " end
  -- Random layers are tested below; the others are no layers.
  local elsewhere = { ModuleList = true, ModuleDict = true }
  for name in pairs(nn) do
    if name:find "^%u" and not name:find "Dropout" and not elsewhere[name] then
      lu.assertTrue(text:find("nn%." .. name .. "[%(%{]") ~= nil, name .. " has no golden case")
    end
  end
end

TestLayers = {}

function TestLayers.test_dropouts_drop_what_they_say()
  local x = pn.ones(4, 50, 20)
  for _, name in ipairs { "Dropout", "Dropout1d", "AlphaDropout" } do
    local layer = nn[name](0.5, { generator = pn.generator(3) })
    local y = layer(x)
    lu.assertFalse(y:equal(x))
    lu.assertTrue(layer:eval()(x):equal(x))
    if name == "Dropout1d" then
      local rows = y:sum(3)
      lu.assertTrue((rows:eq(0) | rows:eq(40)):all())
    elseif name == "Dropout" then
      lu.assertTrue((y:eq(0) | y:eq(2)):all())
      lu.assertAlmostEquals(y:mean():item(), 1, 0.1)
    end
  end
end

function TestLayers.test_random_slopes_lie_between_their_bounds()
  local x = pn.randn(40, 50, { dtype = "float64" })
  local layer = nn.RReLU(0.2, 0.6, { generator = pn.generator(3) })
  x:requires_grad_(true)
  local y = layer(x)
  local slope = (y / x):detach()[x:lt(0)]
  lu.assertTrue(y[x:ge(0)]:equal(x[x:ge(0)]))
  lu.assertTrue(slope:min():item() >= 0.2 and slope:max():item() < 0.6)
  -- A thousand draws of U[.2, .6): four standard errors of mean and standard deviation.
  lu.assertAlmostEquals(slope:mean():item(), 0.4, 4 * 0.1155 / math.sqrt(900))
  lu.assertAlmostEquals(slope:std():item(), 0.4 / math.sqrt(12), 0.01)
  -- Linear in x piece by piece: the derivative is the slope that was drawn.
  local gradient = pn.grad(y:sum(), x)
  lu.assertTrue((gradient * x):allclose(y))
  lu.assertTrue(layer:eval()(x):allclose(nn.LeakyReLU(0.4)(x), { rtol = 1e-15 }))
  lu.assertErrorMsgContains("lower ≤ upper, got 0.5 and 0.25", nn.RReLU, 0.5, 0.25)
end

function TestLayers.test_labels_count_from_one()
  local head = nn.ProjectionHead(3, 4)
  local x = pn.randn(2, 3)
  local expected = head(x) + (head.embed.weight[pn.tensor { 1, 4 }] * x):sum(2, true)
  lu.assertTrue(head(x, pn.tensor { 1, 4 }):allclose(expected))
  lu.assertErrorMsgContains("expected 1 to 4, got 0", head, x, pn.tensor { 0, 1 })
  local norm = nn.ConditionalBatchNorm1d(3, 4)
  lu.assertErrorMsgContains("expected 1 to 4, got 5", norm, x, pn.tensor { 1, 5 })
  lu.assertErrorMsgContains("integers [2] or floats [2, 4]", norm, x, pn.tensor { 1, 2, 3 })
  lu.assertErrorMsgContains("2 inputs", norm, x)
end

function TestLayers.test_spectral_norm_finds_the_greatest_singular_value()
  local layer = nn.SpectralNorm(nn.Linear(5, 4), { n_power_iterations = 50 })
  local weight = layer.module.weight
  local sigma = pn.linalg.svdvals(weight)[1]
  local x = pn.randn(3, 5)
  local expected = x:matmul((weight / sigma):t()) + layer.module.bias
  lu.assertTrue(layer(x):allclose(expected, { rtol = 1e-4, atol = 1e-5 }))
  -- The layer inside has its own weight back, also after an error.
  lu.assertIs(layer.module.weight, weight)
  lu.assertFalse(pcall(layer, pn.ones(2, 2)))
  lu.assertIs(layer.module.weight, weight)
  local u = layer.u:clone()
  layer:eval()(x)
  lu.assertTrue(u:equal(layer.u))
  local embedding = nn.SpectralNorm(nn.Embedding(3, 2))
  lu.assertEquals(embedding(pn.tensor { 1, 3 }):size(), { 2, 2 })
  lu.assertErrorMsgContains("a module with a parameter 'weight'", nn.SpectralNorm, nn.ReLU())
end

function TestLayers.test_weight_norm_changes_nothing_at_first()
  local layer = nn.Linear(5, 4)
  local x = pn.randn(3, 5)
  local before = layer(x)
  lu.assertTrue(nn.WeightNorm(layer)(x):allclose(before, { atol = 1e-6 }))
end

function TestLayers.test_reversed_gradients_train_both_sides()
  local x = pn.randn(4, 3):requires_grad_()
  nn.GradientReversal(2)(x):square():sum():backward()
  lu.assertTrue(x.grad:allclose(-4 * x))
end

function TestLayers.test_minibatch_layers_tell_copies_from_variety()
  local layer = nn.MinibatchDiscrimination(3, 2)
  local same = layer(pn.ones(4, 3))
  lu.assertTrue(same[{ {}, { 4, 5 } }]:allclose(pn.full({ 4, 2 }, 3.0)))
  local std = nn.MinibatchStdDev()
  lu.assertAlmostEquals(std(pn.ones(8, 2, 3, 3))[{ {}, 3 }]:max():item(), 1e-4, 1e-6)
  lu.assertErrorMsgContains("that 4 divides", std, pn.ones(6, 2, 3, 3))
end

TestContainers = {}

function TestContainers.test_lists_and_dicts()
  local list = nn.ModuleList { nn.Linear(2, 2), nn.Tanh() }
  list:append(nn.Linear(2, 1))
  local count = 0
  for k, layer in ipairs(list) do
    count = count + 1
    lu.assertIs(layer, list[k])
  end
  lu.assertEquals({ count, #list }, { 3, 3 })
  lu.assertIs(list[-1], list[3])
  lu.assertErrorMsgContains("1 to 3", function() return list[7] end)
  list[2] = nn.ReLU()
  lu.assertStrContains(tostring(list), "(2): ReLU()")
  lu.assertErrorMsgContains("expected a Module", function() list[2] = 3 end)
  lu.assertErrorMsgContains("no forward function", list, pn.ones(1))
  local dict = nn.ModuleDict { a = nn.Linear(2, 2), b = nn.Linear(2, 1) }
  lu.assertNil(dict.c)
  dict.c = nn.Tanh()
  dict.a = nil
  local names = {}
  for name in pairs(dict) do names[#names + 1] = name end
  table.sort(names)
  lu.assertEquals(names, { "b", "c" })
  lu.assertEquals(#dict:parameters(), 2)
end

local function network() return nn.Sequential(nn.Linear(2, 4), nn.LeakyReLU(0.2), nn.Linear(4, 1)) end

function TestContainers.test_ensembles_are_their_networks()
  local networks = { network(), network(), network() }
  local x, own = pn.randn(5, 2), pn.randn(3, 5, 2)
  local shared, apart = nn.Ensemble(networks, nil, { shared = true }), nn.Ensemble(networks)
  local y, z = shared(x), apart(own)
  for k, net in ipairs(networks) do
    lu.assertTrue(y[k]:allclose(net(x), { atol = 1e-6 }))
    lu.assertTrue(z[k]:allclose(net(own[k]), { atol = 1e-6 }))
  end
  -- One layout: what stack_chains makes, and unstack_chains takes apart.
  local all = {}
  for k, net in ipairs(networks) do all[k] = net:parameters() end
  for n, stacked in ipairs(pn.optim.stack_chains(all)) do
    lu.assertTrue(stacked:equal(shared:parameters()[n]))
  end
  local third = pn.optim.unstack_chains(shared:parameters())[3]
  lu.assertTrue(third[1]:equal(networks[3][1].weight))
  for k, net in ipairs(nn.unstack(shared)) do
    lu.assertTrue(net(x):equal(networks[k](x)))
    lu.assertTrue(net[1].weight.requires_grad)
  end
  lu.assertTrue(shared:copy()(x):equal(y))
  -- A sum over networks gives each its own gradient.
  y:square():mean(2):sum():backward()
  networks[2](x):square():mean():backward()
  lu.assertTrue(shared:parameters()[1].grad[2]:allclose(networks[2][1].weight.grad, { atol = 1e-6 }))
end

function TestContainers.test_ensembles_of_any_module()
  local function make()
    return nn.Sequential(
      nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
      nn.module {
        inner = nn.Linear(12, 2),
        forward = function(self, x) return self.inner(x):tanh() end,
      })
  end
  local networks = { make(), make() }
  local E = nn.Ensemble(networks)
  collectgarbage()
  local x = pn.randn(2, 4, 1, 6, 6)
  local y = E(x)
  for k, net in ipairs(networks) do lu.assertTrue(y[k]:allclose(net(x[k]), { atol = 1e-5 })) end
  -- Running statistics are each network's own.
  local means = E:named_buffers()["member.2.running_mean"]
  lu.assertTrue(means[2]:allclose(networks[2][2].running_mean, { atol = 1e-6 }))
  lu.assertEquals(#nn.Ensemble(make, 3, { shared = true })(x[1]), 3)
  lu.assertErrorMsgContains("structure, shapes and types", nn.Ensemble, { nn.Linear(2, 1), nn.Linear(1, 2) })
  lu.assertErrorMsgContains("[2, n, ...]", E, pn.ones(3, 4))
  lu.assertErrorMsgContains("Ensemble: count", nn.Ensemble, nn.Tanh(), 1 << 40)
end

TestTrees = {}

local function block()
  return nn.module {
    name = "Block",
    layers = nn.ModuleList(nn.Linear(2, 2), nn.module {
      scale = pn.tensor({ 2.0 }, { requires_grad = true }),
      forward = function(self, x) return x * self.scale end,
    }),
    mean = pn.zeros(2),
    power = 2,
    forward = function(self, x, y)
      for _, layer in ipairs(self.layers) do x = layer(x) end
      return (x - self.mean + (y or 0)) ^ self.power
    end,
  }
end

function TestTrees.test_parts_of_user_modules_are_found()
  local net = block()
  lu.assertEquals(#net:parameters(), 3)
  lu.assertNotNil(net:named_parameters()["layers.2.scale"])
  lu.assertNotNil(net:named_buffers().mean)
  lu.assertEquals(#net:modules(), 4)
  lu.assertEquals(#net:children(), 1)
  lu.assertStrContains(tostring(net), "(1): Linear(in=2, out=2)  6")
  local seen = {}
  net:apply(function(m) seen[#seen + 1] = m end)
  lu.assertEquals(#seen, 4)
  lu.assertIs(seen[4], net)
  lu.assertErrorMsgContains("make it an nn.ModuleList", nn.module, {
    layers = { nn.Linear(1, 1) }, forward = function() end,
  })
end

function TestTrees.test_copies_share_nothing()
  local net = nn.Sequential(block(), nn.Linear(2, 1))
  local x = pn.randn(3, 2)
  local twin = net:copy()
  collectgarbage()
  collectgarbage()
  lu.assertTrue(twin(x):equal(net(x)))
  lu.assertEquals(tostring(twin), tostring(net))
  for n, parameter in ipairs(twin:parameters()) do
    lu.assertNotIs(parameter, net:parameters()[n])
    copy(parameter, parameter + 1)
  end
  lu.assertFalse(twin(x):equal(net(x)))
  lu.assertIs(twin[1].layers[2].scale, twin:named_parameters()["1.layers.2.scale"])
  lu.assertEquals(twin[1].power, 2)
  -- What was shared stays shared.
  local shared = nn.Linear(2, 2)
  local both = nn.Sequential(shared, shared):copy()
  lu.assertIs(both[1], both[2])
end

function TestTrees.test_copies_are_collected()
  local net = nn.Sequential(block(), block())
  collectgarbage()
  collectgarbage()
  local before = pn.memory().live
  for _ = 1, 50 do net:copy() end
  collectgarbage()
  collectgarbage()
  collectgarbage()
  lu.assertTrue(pn.memory().live <= before + 4096)
end

function TestTrees.test_scripts_modules_survive_a_zealous_collector()
  collectgarbage("incremental", 0, 10000)
  local x = pn.randn(3, 2)
  for _ = 1, 50 do
    local twin = nn.Sequential(block(), nn.Residual(block())):copy()
    twin:append(nn.ModuleList(block())[1]:copy())
    lu.assertEquals(twin(x):size(), { 3, 2 })
    local E = nn.Ensemble(function() return nn.Sequential(block()) end, 2, { shared = true })
    lu.assertEquals(nn.unstack(E)[2]:copy()(x):size(), { 3, 2 })
  end
  collectgarbage("incremental", 200, 100)
end

function TestTrees.test_functional_calls_reach_fields()
  local net = block()
  local x = pn.ones(1, 2)
  local scale = pn.tensor({ 0.0 }, { requires_grad = true })
  local y = nn.functional_call(net, { ["layers.2.scale"] = scale, mean = pn.tensor { 3.0, 4.0 } }, x, 1)
  lu.assertEquals(y:totable(), { { 4, 9 } })
  y:sum():backward()
  lu.assertNotNil(scale.grad)
  lu.assertEquals(net.mean:totable(), { 0, 0 })
  net:to "float64"
  lu.assertEquals(net.mean.dtype, "float64")
end

function TestTrees.test_fields_can_be_set_later()
  local net = nn.module { forward = function(self, x) return self.head(x) * self.w end }
  net.head = nn.Linear(2, 3)
  net:register_parameter("w", pn.ones(3))
  net:register_buffer("seen", pn.zeros(1))
  lu.assertEquals(#net:parameters(), 3)
  lu.assertEquals(net(pn.ones(1, 2)):size(), { 1, 3 })
  net.head = nn.SpectralNorm(net.head)
  collectgarbage()
  lu.assertEquals(net(pn.ones(1, 2)):size(), { 1, 3 })
  net.seen = net.seen + 1
  lu.assertEquals(net:state_dict().seen:item(), 1)
  lu.assertErrorMsgContains("a parameter keeps its tensor", function() net.w = pn.zeros(3) end)
  net.head = nil
  lu.assertEquals(#net:parameters(), 1)
  net.note = "text"
  lu.assertEquals(net.note, "text")
  local list = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
  list[2] = nn.module { forward = function(_, x) return x * 2 end }
  collectgarbage()
  lu.assertTrue(list(pn.ones(1, 2)):equal(list[1](pn.ones(1, 2)) * 2))
end

function TestTrees.test_freezing_by_name()
  local net = network()
  net:requires_grad_(false)
  net:requires_grad_(true, "^3%.")
  lu.assertFalse(net[1].weight.requires_grad)
  lu.assertTrue(net[3].weight.requires_grad)
  lu.assertStrContains(tostring(net), "17 parameters, 5 trainable")
  lu.assertErrorMsgContains("no parameter's name matches", net.requires_grad_, net, false, "4.weight")
end

function TestTrees.test_lenient_loading_reports()
  local net = network()
  local missing, unexpected = net:load_state_dict({ ["1.bias"] = pn.zeros(4), other = pn.ones(1) }, { strict = false })
  lu.assertEquals(missing, { "1.weight", "3.weight", "3.bias" })
  lu.assertEquals(unexpected, { "other" })
  lu.assertEquals(net[1].bias:totable(), { 0, 0, 0, 0 })
end

function TestTrees.test_initialisers_of_a_tree()
  local G = nn.Sequential(nn.ConvTranspose2d(64, 64, 4), nn.BatchNorm2d(64), nn.ReLU(), nn.Conv2d(64, 1, 3))
  lu.assertIs(init.dcgan_(G), G)
  lu.assertAlmostEquals(G[1].weight:std():item(), 0.02, 2e-4)
  lu.assertAlmostEquals(G[2].weight:mean():item(), 1, 0.02)
  lu.assertTrue(G[2].weight:std():item() > 0.01)
  lu.assertEquals(G[4].bias:item(), 0)
  init.kaiming_normal_(G, { mode = "fan_out" })
  lu.assertAlmostEquals(G[1].weight:std():item(), (2 / (64 * 16)) ^ 0.5, 5e-4)
  lu.assertAlmostEquals(G[2].weight:mean():item(), 1, 0.02)
  local w = init.orthogonal_(pn.zeros(3, 5))
  lu.assertTrue(w:matmul(w:t()):allclose(pn.eye(3), { atol = 1e-5 }))
  lu.assertTrue(init.trunc_normal_(pn.zeros(1000), { low = -0.5, high = 0.25 }):max():item() <= 0.25)
  lu.assertEquals(init.constant_(pn.zeros(2), { value = 3 }):totable(), { 3, 3 })
  lu.assertAlmostEquals(init.calculate_gain "relu", 2 ^ 0.5, 1e-12)
  lu.assertErrorMsgContains("a module with weights", init.normal_, nn.Tanh())
end

function TestTrees.test_summary()
  local net = nn.Sequential(
    nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(),
    nn.module {
      name = "Head",
      fc = nn.Linear(144, 10),
      forward = function(self, x) return self.fc(x) end,
    })
  local text = pn.summary(net, { 2, 1, 8, 8 })
  lu.assertStrContains(text, "[2, 4, 6, 6]          40           2592")
  lu.assertStrContains(text, "fc: Linear(in=144, out=10)")
  lu.assertStrContains(text, "1498 parameters, 5992 bytes; 5472 multiply-adds")
  lu.assertTrue(net.training)
  lu.assertEquals(net[2].num_batches_tracked:item(), 0)
  lu.assertErrorMsgContains("expected [..., 144]", pn.summary, net, { 2, 1, 9, 9 })
  lu.assertStrContains(pn.summary(nn.ProjectionHead(3, 2), { 1, 3 }, pn.tensor { 2 }), "embed: Embedding")
end

TestRefusals = {}

function TestRefusals.test_layers_name_what_is_wrong()
  local cases = {
    { "GroupNorm: groups: expected a divisor", nn.GroupNorm, 3, 4 },
    { "GroupNorm: input: expected [n, 4, ...]", nn.GroupNorm(2, 4), pn.ones(2, 3) },
    { "InstanceNorm2d: input: expected [n, 3, height, width]", nn.InstanceNorm2d(3), pn.ones(2, 3, 4) },
    { "BatchNorm3d: input", nn.BatchNorm3d(3), pn.ones(2, 3, 4) },
    { "RMSNorm: input: expected [..., 3]", nn.RMSNorm(3), pn.ones(2) },
    { "Bilinear: expected 2 inputs", nn.Bilinear(2, 2, 2), pn.ones(2, 2) },
    { "Bilinear: inputs", nn.Bilinear(2, 2, 2), pn.ones(2, 2), pn.ones(3, 2) },
    { "Hardtanh: expected min < max", nn.Hardtanh, 1, 1 },
    { "Softshrink: lambda", nn.Softshrink, -1 },
    { "either size or scale_factor", nn.Upsample, {} },
    { "Upsample: scale_factor", nn.Upsample, { scale_factor = -1 } },
    { "did you mean 'scale_factor'", nn.Upsample, { scale_facto = 2 } },
    { "ZeroPad2d: padding: expected one number or 4", nn.ZeroPad2d, { 1, 2 } },
    { "AdaptiveAvgPool2d: size", nn.AdaptiveAvgPool2d, { 1, 2, 3 } },
    { "GlobalAvgPool: input", nn.GlobalAvgPool(), pn.ones(2, 2) },
    { "Concat: modules: expected at least one", nn.Concat },
    { "unknown option 'dims'", nn.Concat, nn.ReLU(), { dims = 1 } },
    { "Maxout: input", nn.Maxout(2), pn.ones(3) },
    { "MinibatchDiscrimination: input", nn.MinibatchDiscrimination(2, 2), pn.ones(3) },
    { "Residual: scale", nn.Residual, nn.ReLU(), { scale = 0 / 0 } },
    { "name without dots", nn.ModuleDict, { ["a.b"] = nn.ReLU() } },
    { "unstack: expected an Ensemble", nn.unstack, nn.ReLU() },
    { "append: expected a Sequential", nn.Tanh().append, nn.Tanh(), nn.Tanh() },
    { "made by nn.module", nn.Tanh().register_buffer, nn.Tanh(), "x", pn.ones(1) },
  }
  for _, case in ipairs(cases) do
    lu.assertErrorMsgContains(case[1], case[2], table.unpack(case, 3))
  end
end

function TestRefusals.test_modules_cannot_hold_themselves()
  local net = nn.module { forward = function() end }
  lu.assertErrorMsgContains("cannot hold itself", function() net.inner = nn.Sequential(net) end)
  local list = nn.ModuleList(nn.Tanh())
  lu.assertErrorMsgContains("cannot hold itself", list.append, list, list)
end

return lu.LuaUnit.run("--output", os.getenv "LUAUNIT_OUTPUT" or "nil")
