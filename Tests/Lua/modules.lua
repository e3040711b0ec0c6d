-- Modules from Lua: layers, user modules, functional calls, state.
local pn = require "penumbra"
local nn = pn.nn
local lu = require "luaunit"

TestModules = {}

local function residual()
  return nn.module {
    name = "Residual",
    inner = nn.Linear(3, 3),
    scale = pn.tensor({ 2.0 }, { requires_grad = true }),
    forward = function(self, x) return x + self.scale * self.inner(x) end,
  }
end

function TestModules.test_layers_print_as_a_tree()
  local net = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
  lu.assertStrContains(tostring(net), "(1): Linear(in=2, out=8")
  lu.assertEquals(#net, 3)
  lu.assertEquals(#net:parameters(), 4)
  lu.assertEquals(net:count_parameters(), 33)
  lu.assertTrue(net[1] == net[1])
  lu.assertEquals(net[1].weight:size(), { 8, 2 })
end

function TestModules.test_user_modules_are_first_class()
  local block = residual()
  lu.assertEquals(block(pn.ones(2, 3)):size(), { 2, 3 })
  lu.assertEquals(#block:parameters(), 3)
  local names = block:named_parameters()
  lu.assertNotNil(names["inner.weight"])
  lu.assertNotNil(names.scale)
  lu.assertStrContains(tostring(block), "Residual")
end

function TestModules.test_user_modules_inside_sequential_survive_collection()
  local net = nn.Sequential(residual(), nn.Linear(3, 1))
  collectgarbage()
  collectgarbage()
  local y = net(pn.ones(2, 3))
  y:sum():backward()
  lu.assertEquals(y:size(), { 2, 1 })
  lu.assertNotNil(net[1].scale.grad)
end

function TestModules.test_errors_in_forward_keep_their_value()
  local problem = { code = 7 }
  local net = nn.Sequential(nn.module { forward = function() error(problem) end })
  local ok, caught = pcall(net, pn.ones(1))
  lu.assertFalse(ok)
  lu.assertIs(caught, problem)
end

function TestModules.test_functional_call_differentiates_through_an_update()
  local D = nn.Linear(2, 1, { bias = false })
  local x = pn.randn(4, 2)
  local w = pn.ones(1, 2):requires_grad_()
  local loss = nn.functional_call(D, { weight = w }, x):square():mean()
  local g = pn.grad(loss, w, { create_graph = true })
  local updated = w - 0.1 * g
  nn.functional_call(D, { weight = updated }, x):square():mean():backward()
  lu.assertNotNil(w.grad)
  lu.assertNil(D.weight.grad)
end

function TestModules.test_state_dict_round_trip_through_a_file()
  local a, b = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)), nil
  b = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
  a(pn.randn(8, 2))
  local path = os.tmpname()
  pn.save(path, a:state_dict())
  b:load_state_dict(pn.load(path))
  os.remove(path)
  a:eval()
  b:eval()
  local x = pn.randn(4, 2)
  lu.assertTrue(a(x):equal(b(x)))
end

function TestModules.test_load_changes_nothing_unless_all_fits()
  local net = nn.Linear(2, 3)
  local before = net.weight:clone()
  local state = net:state_dict()
  state.weight = state.weight * 0
  state.bias = pn.ones(7)
  lu.assertErrorMsgContains("bias", function() net:load_state_dict(state) end)
  lu.assertTrue(net.weight:equal(before))
end

function TestModules.test_train_and_eval()
  local drop = nn.Dropout(0.5)
  lu.assertTrue(drop.training)
  lu.assertFalse(drop:eval().training)
  lu.assertTrue(drop(pn.ones(100)):equal(pn.ones(100)))
end

function TestModules.test_convolutions_build_a_gan_for_images()
  local G = nn.Sequential(
    nn.ConvTranspose2d(10, 8, 7, { bias = false }), nn.BatchNorm2d(8), nn.ReLU(),
    nn.ConvTranspose2d(8, 1, 4, { stride = 2, padding = 1 }), nn.Tanh())
  local D = nn.Sequential(
    nn.Conv2d(1, 4, 4, { stride = 2, padding = 1 }), nn.LeakyReLU(0.2), nn.AvgPool2d(7), nn.Flatten())
  local image = G(pn.randn(3, 10, 1, 1))
  lu.assertEquals(image:size(), { 3, 1, 14, 14 })
  lu.assertEquals(D(image):size(), { 3, 4 })
  D(image):mean():backward()
  lu.assertEquals(G[1].weight.grad:size(), { 10, 8, 7, 7 })
  lu.assertNil(G[1]:named_parameters().bias)
  lu.assertEquals(tostring(D[1]):match "[^\n]+", "Conv2d(in=1, out=4, kernel=4, stride=2, padding=1)")
  local x = pn.randn(2, 1, 5, 5)
  local conv = nn.Conv2d(1, 2, { 3, 1 }, { padding = "same" })
  lu.assertTrue(conv(x):equal(x:conv2d(conv.weight, conv.bias, { padding = "same" })))
  lu.assertErrorMsgContains("Conv2d: groups", nn.Conv2d, 3, 4, 3, { groups = 2 })
  lu.assertErrorMsgContains("Conv2d: input: expected [n, 1, height, width]", conv, pn.ones(2, 3, 5, 5))
end

return lu.LuaUnit.run("--output", "nil")
