-- Plain optimisers, groups, averages of weights, and samples of a chain, from Lua.
local pn = require "penumbra"
local nn, optim = pn.nn, pn.optim
local lu = require "luaunit"

TestOptimisers = {}

local names = {
  "SGD", "Adam", "AdamW", "Adamax", "NAdam", "RMSprop", "Adagrad", "Adadelta", "Rprop", "LBFGS",
}
local options = {
  SGD = { lr = 0.1, momentum = 0.5, nesterov = true },
  Adam = { lr = 0.05, amsgrad = true },
  AdamW = { lr = 0.05, weight_decay = 1e-4 },
  Adamax = { lr = 0.05 },
  NAdam = { lr = 0.05, momentum_decay = 0.01 },
  RMSprop = { lr = 0.01, centered = true },
  Adagrad = { lr = 0.5, lr_decay = 1e-3 },
  Adadelta = { lr = 5, rho = 0.8 },
  Rprop = { lr = 0.01, etas = { 0.5, 1.2 }, step_sizes = { 1e-6, 1 } },
  LBFGS = { lr = 0.5, max_iter = 4, line_search_fn = "strong_wolfe" },
}

-- A line through 64 points: the loss as a closure, and the module.
local function problem()
  pn.seed(3)
  local net = nn.Linear(2, 1)
  local x = pn.randn(64, 2)
  local y = x:matmul(pn.tensor { { 2.0 }, { -1.0 } }) + 0.5
  return net, function(opt)
    return function()
      opt:zero_grad()
      local loss = pn.mse(net(x), y)
      loss:backward()
      return loss
    end
  end
end

function TestOptimisers.test_all_fit_a_line()
  for _, name in ipairs(names) do
    local net, closure = problem()
    local opt = optim[name](net:parameters(), options[name])
    local first, last
    for _ = 1, 300 do
      last = opt:step(closure(opt)):item()
      first = first or last
    end
    lu.assertTrue(last < 1e-2 * first, name .. ": " .. last)
  end
end

-- Killed after five steps and resumed in new objects, every optimiser ends where it would have.
function TestOptimisers.test_resume_is_bitwise()
  for _, name in ipairs(names) do
    local function run(resume)
      local net, closure = problem()
      local rate = pn.schedule.cosine { from = 0.1, to = 0.01, steps = 10 }
      local settings = { lr = rate }
      for key, value in pairs(options[name]) do
        if key ~= "lr" then settings[key] = value end
      end
      local opt = optim[name](net, settings)
      for step = 1, 10 do
        if resume and step == 6 then
          local state, weights = opt:state(), net:state_dict()
          net, closure = problem()
          opt = optim[name](net, settings)
          net:load_state_dict(weights)
          opt:load(state)
        end
        opt:step(closure(opt))
      end
      return net
    end
    local a, b = run(false), run(true)
    lu.assertTrue(a.weight:equal(b.weight) and a.bias:equal(b.bias), name)
  end
end

-- A state written to a file, read into a new optimiser, and refused where it is not whole.
function TestOptimisers.test_states_go_through_files()
  local net, closure = problem()
  local opt = optim.NAdam(net, { lr = 0.01 })
  for _ = 1, 3 do opt:step(closure(opt)) end
  local state = opt:state()
  lu.assertEquals(state.optimizer, "NAdam")
  lu.assertEquals(state.numbers["groups.1.lr"], 0.01)
  lu.assertEquals(state.steps, 3)

  local numbers = {}
  for name, value in pairs(state.numbers) do
    numbers[name] = pn.tensor({ value }, { dtype = "float64" })
  end
  local path = os.tmpname()
  pn.save(path .. ".tensors", state.tensors)
  pn.save(path .. ".numbers", numbers)
  local read = { optimizer = "NAdam", steps = 3, tensors = pn.load(path .. ".tensors"), numbers = {} }
  for name, value in pairs(pn.load(path .. ".numbers")) do read.numbers[name] = value:item() end
  for _, ending in ipairs { "", ".tensors", ".numbers" } do os.remove(path .. ending) end
  local copy = problem()
  copy:load_state_dict(net:state_dict())
  local resumed = optim.NAdam(copy)
  resumed:load(read)
  for i, p in ipairs(net:parameters()) do
    p.grad = pn.ones(p:size())
    copy:parameters()[i].grad = pn.ones(p:size())
  end
  opt:step()
  resumed:step()
  lu.assertTrue(net.weight:equal(copy.weight) and net.bias:equal(copy.bias))

  read.numbers["momentum_product.1"] = nil
  lu.assertErrorMsgContains("momentum_product.1", function() opt:load(read) end)
  state.steps = -1
  lu.assertErrorMsgContains("steps", function() opt:load(state) end)
  state.steps, state.generator = 3, { 1, 2 }
  lu.assertErrorMsgContains("generator", function() opt:load(state) end)
  lu.assertErrorMsgContains("state of Adam", function() optim.Adam(net):load(opt:state()) end)
end

function TestOptimisers.test_groups_have_settings_of_their_own()
  local a, b = nn.Linear(2, 2), nn.Linear(2, 1)
  local opt = optim.Adam({
    { params = a:parameters(), lr = 1e-3 }, { params = b, weight_decay = 1e-2, betas = { 0.5, 0.9 } },
  }, { lr = 0.1, amsgrad = true })
  local groups = opt:groups()
  lu.assertEquals(#groups, 2)
  lu.assertEquals(#opt.param_groups, 2)
  lu.assertEquals({ groups[1].lr, groups[2].lr }, { 1e-3, 0.1 })
  lu.assertEquals({ groups[1].betas, groups[2].betas }, { { 0.9, 0.999 }, { 0.5, 0.9 } })
  lu.assertTrue(groups[1].amsgrad)
  lu.assertEquals(groups[2]:settings().weight_decay, 1e-2)
  lu.assertTrue(rawequal(groups[2].params[1], b.weight) or groups[2].params[1] == b.weight)
  groups[2].lr = 0.5
  groups[2].amsgrad = false
  lu.assertEquals({ opt.lr, opt:groups()[2].lr, groups[2].amsgrad }, { 1e-3, 0.5, false })
  opt.lr = 0.25
  lu.assertEquals({ groups[1].lr, groups[2].lr }, { 0.25, 0.25 })
  lu.assertStrContains(tostring(groups[1]), "lr=0.25")
end

function TestOptimisers.test_settings_over_time()
  local a, b = pn.zeros(1):requires_grad_(), pn.zeros(1):requires_grad_()
  local opt = optim.SGD({ { params = { a } }, { params = { b }, lr = 0.5 } }, {
    lr = function(step) return step end,
    momentum = pn.schedule.linear { from = 0, to = 1, steps = 10 },
  })
  local c = pn.zeros(1):requires_grad_()
  for step = 1, 3 do
    opt:step()
    lu.assertEquals({ opt:groups()[1].lr, opt:groups()[2].lr }, { step, 0.5 })
    lu.assertAlmostEquals(opt:groups()[2].momentum, step / 10, 1e-15)
  end
  opt:add_group { params = c }
  opt:groups()[2].lr = pn.schedule.constant(7)
  opt:step()
  lu.assertEquals({ opt:groups()[2].lr, opt:groups()[3].lr }, { 7, 4 })
  opt.lr = 1
  opt:step()
  lu.assertEquals({ opt:groups()[1].lr, opt:groups()[2].lr, opt:groups()[3].lr }, { 1, 1, 1 })
end

function TestOptimisers.test_an_added_group_is_trained()
  local a, b = pn.ones(2):requires_grad_(), pn.ones(2):requires_grad_()
  local opt = optim.Rprop({ a }, { lr = 0.25 })
  opt:add_group { params = { b }, lr = 0.5 }
  opt:step(function()
    opt:zero_grad()
    local loss = (a + b):sum()
    loss:backward()
    return loss
  end)
  lu.assertEquals({ a:totable(), b:totable() }, { { 0.75, 0.75 }, { 0.5, 0.5 } })
end

function TestOptimisers.test_refusals_name_what_is_wrong()
  local net = nn.Linear(2, 1)
  local function refused(part, f) lu.assertErrorMsgContains(part, f) end
  refused("unknown option 'bettas' (did you mean 'betas'?)", function()
    optim.Adam(net, { bettas = { 0.5, 0.9 } })
  end)
  refused("betas[2]: expected a number in [0, 1)", function()
    optim.Adam(net, { betas = { 0.5, 1 } })
  end)
  refused("2 numbers", function() optim.Adam(net, { betas = { 0.5 } }) end)
  refused("nesterov: expected momentum > 0", function() optim.SGD(net, { nesterov = true }) end)
  refused("lr: expected a finite number of at least 0", function() optim.SGD(net, { lr = -1 }) end)
  refused("AdamW: parameter 1 [2]", function() optim.AdamW { pn.ones(2) } end)
  refused("there are no parameters", function() optim.NAdam {} end)
  refused("option (params)", function() optim.Adam { { lr = 1 } } end)
  refused("unknown option 'parms'", function() optim.Adam { { parms = net } } end)
  refused("is parameter 1 again", function()
    optim.Adam { { params = net }, { params = net } }
  end)
  local opt = optim.Adam(net)
  refused("is parameter 1 again", function() opt:add_group { params = net } end)
  refused("cannot be set", function() opt:groups()[1].nothing = 1 end)
  refused("number", function() opt:groups()[1].lr = "fast" end)
  refused("lr: expected", function() opt:groups()[1].lr = 0 / 0 end)
  refused("a Tensor", function() opt:step(function() return 3 end) end)
  refused("a loss", function() opt:step(function() end) end)
  local search = optim.LBFGS(net)
  refused("LBFGS:step: expected a function", function() search:step() end)
  refused("one group", function() search:add_group { params = nn.Linear(1, 1) } end)
  refused('"none" | "strong_wolfe"', function() optim.LBFGS(net, { line_search_fn = "weak" }) end)
  refused("max_iter: expected an integer from 1", function() optim.LBFGS(net, { max_iter = 0 }) end)
  refused("one group", function() optim.SGLD(net:parameters()):add_group { params = net } end)
end

function TestOptimisers.test_averages_swap_in_and_out()
  local net = nn.Linear(1, 1)
  local w = net.weight
  local function set(value) local _ <close> = pn.no_grad() w:fill_(value) end
  set(1)
  local ema, swa = optim.EMA(net, { decay = 0.5 }), optim.SWA(net:parameters())
  for _, value in ipairs { 2, 4, 8 } do
    set(value)
    ema:update()
    swa:update()
  end
  -- 2, 3, 5.5 and (2 + 4 + 8)/3
  lu.assertAlmostEquals(ema:averages()[1]:item(), 5.5, 1e-6)
  do
    local _ <close> = swa:swap_in()
    lu.assertAlmostEquals(w:item(), 14 / 3, 1e-6)
    lu.assertErrorMsgContains("swapped in", function() swa:update() end)
  end
  lu.assertEquals(w:item(), 8)
  ema:swap_in()
  lu.assertEquals(w:item(), 5.5)
  ema:swap_out()
  lu.assertEquals(w:item(), 8)
  lu.assertEquals({ ema.count, ema.decay }, { 3, 0.5 })
  local other = optim.EMA(net, { decay = 0.9 })
  other:load(ema:state())
  lu.assertEquals(other.decay, 0.5)
  lu.assertTrue(other:averages()[1]:equal(ema:averages()[1]))
  lu.assertErrorMsgContains("decay", function() optim.EMA(net, { decay = 2 }) end)
  lu.assertErrorMsgContains("state of SWA", function() swa:load(ema:state()) end)
  lu.assertErrorMsgContains("cannot be set", function() ema.count = 1 end)
  ema.decay = function(update) return update == 4 and 0 or 1 end
  ema:update()
  lu.assertEquals(ema:averages()[1]:item(), 8)
end

function TestOptimisers.test_averages_of_buffers()
  local net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
  local swa = optim.SWA(net, { use_buffers = true })
  lu.assertTrue(#swa:averages() > #net:parameters())
  net(pn.randn(8, 2))
  swa:update()
  lu.assertTrue(swa:averages()[5]:equal(net:state_dict()["2.running_mean"]))
end

local function chain(size, weighting)
  pn.seed(5)
  local net = nn.Linear(1, 1)
  local opt = optim.SGLD(net:parameters(), { lr = pn.schedule.polynomial(0.5, 1, 0.55) })
  local samples = optim.Reservoir {
    size = size, burn_in = 3, weighting = weighting, generator = pn.generator(4),
  }
  for _ = 1, 30 do
    opt:zero_grad()
    net(pn.ones(4, 1)):square():mean():backward()
    opt:step()
    samples:collect(opt)
  end
  return net, samples
end

function TestOptimisers.test_a_reservoir_predicts()
  local net, samples = chain(8, "step")
  lu.assertEquals(#samples, 8)
  local x = pn.randn(5, 1)
  local before = net.weight:item()
  local total, mean = 0, pn.zeros(5, 1)
  for _, sample in ipairs(samples:samples()) do
    lu.assertTrue(sample.step > 3 and sample.weight > 0)
    local w, b = table.unpack(sample.parameters)
    mean = mean + (x:matmul(w:transpose(1, 2)) + b) * sample.weight
    total = total + sample.weight
  end
  local predicted = samples:predict(net, x)
  lu.assertTrue(predicted:allclose(mean / total, { atol = 1e-5 }))
  lu.assertFalse(predicted.requires_grad)
  lu.assertEquals(samples:predict(net, x, "stack"):size(), { 8, 5, 1 })
  lu.assertTrue(samples:predict(net, x, "variance"):min():item() > 0)
  local spread = samples:predict(net, x, function(y) return (y - predicted) ^ 2 end)
  lu.assertTrue(spread:allclose(samples:predict(net, x, "variance"), { rtol = 1e-3 }))
  lu.assertEquals(net.weight:item(), before)
  do
    local _ <close> = samples:swap_in(-1, net)
    lu.assertEquals(net.weight:item(), samples:samples()[8].parameters[1]:item())
  end
  lu.assertEquals(net.weight:item(), before)
  samples:load_sample(2, net)
  lu.assertEquals(net.weight:item(), samples:samples()[2].parameters[1]:item())
end

function TestOptimisers.test_a_reservoir_resumes()
  local net, samples = chain(4, "uniform")
  local other = optim.Reservoir { size = 4, burn_in = 3, generator = pn.generator(99) }
  other:load(samples:state())
  for _ = 1, 20 do
    lu.assertEquals(samples:collect(net), other:collect(net))
  end
  for i, sample in ipairs(samples:samples()) do
    lu.assertEquals(other:samples()[i].step, sample.step)
  end
  local function refused(part, f) lu.assertErrorMsgContains(part, f) end
  refused("size", function() optim.Reservoir {} end)
  refused("burn_in", function() optim.Reservoir { size = 1, burn_in = -1 } end)
  refused("weight", function() optim.Reservoir { size = 1, weighting = "step" }:collect(net) end)
  refused("1 to 4", function() samples:swap_in(5, net) end)
  refused("no samples", function() optim.Reservoir { size = 1 }:predict(net, pn.ones(1, 1)) end)
  refused('"stack"', function() samples:predict(net, pn.ones(1, 1), "median") end)
  refused("samples", function() optim.Reservoir { size = 2 }:load(samples:state()) end)
end

function TestOptimisers.test_replicas_exchange()
  local cold, hot = pn.tensor { 1.0 }:requires_grad_(), pn.tensor { 2.0 }:requires_grad_()
  local exchange = optim.ReplicaExchange({ { cold }, { hot } }, { temperatures = { 0.5, 2 } })
  lu.assertEquals(exchange:acceptance(), { false })
  lu.assertEquals(exchange:exchange { 3, 1 }, { 1 })
  lu.assertEquals({ cold:item(), hot:item() }, { 2, 1 })
  lu.assertEquals(exchange:exchange { 3, 1 }, {}) -- the turn of pairs (2, 3), ...
  lu.assertEquals(exchange:acceptance(), { 1 })
  exchange:load(exchange:state())
  local function refused(part, f) lu.assertErrorMsgContains(part, f) end
  refused("energies", function() exchange:exchange { 1 } end)
  refused("temperatures", function()
    optim.ReplicaExchange({ { cold }, { hot } }, { temperatures = { 1 } })
  end)
end

-- K stacked chains take the steps that K single ones take.
function TestOptimisers.test_stacked_chains_step_as_single_ones()
  pn.seed(8)
  local nets, opts = {}, {}
  for k = 1, 3 do
    nets[k] = nn.Linear(2, 1)
  end
  local stacked = optim.stack_chains(nets)
  local weight, bias = table.unpack(stacked)
  local all = optim.Adam(stacked, { lr = 0.1 })
  for k = 1, 3 do opts[k] = optim.Adam(nets[k], { lr = 0.1 }) end
  local x = pn.randn(16, 2)
  for _ = 1, 5 do
    all:zero_grad()
    local y = x:matmul(weight:transpose(2, 3)) + bias:unsqueeze(2)
    y:square():mean { 2, 3 }:sum():backward()
    all:step()
    for k = 1, 3 do
      opts[k]:zero_grad()
      nets[k](x):square():mean():backward()
      opts[k]:step()
    end
  end
  for k, parameters in ipairs(optim.unstack_chains(stacked)) do
    lu.assertTrue(parameters[1]:allclose(nets[k].weight, { atol = 1e-5 }))
    lu.assertTrue(parameters[2]:allclose(nets[k].bias, { atol = 1e-5 }))
  end
  lu.assertErrorMsgContains("stack_chains", function()
    optim.stack_chains { nn.Linear(1, 1), nn.Linear(2, 1) }
  end)
end

function TestOptimisers.test_cycles_explore_and_sample()
  local lr = pn.schedule.cyclical { from = 0.1, steps = 100, cycles = 4 }
  local T = pn.schedule.cyclical_phase { steps = 100, cycles = 4, explore = 0.8, value = 2 }
  lu.assertAlmostEquals(lr(1), 0.1, 1e-15)
  lu.assertAlmostEquals(lr(51), 0.1, 1e-15)
  lu.assertAlmostEquals(lr(25), 0.05 * (1 + math.cos(math.pi * 24 / 25)), 1e-15)
  lu.assertEquals({ T(1), T(20), T(21), T(25), T(26) }, { 0, 0, 2, 2, 0 })
  local w = pn.ones(1):requires_grad_()
  local opt = optim.SGLD({ w }, { lr = lr, temperature = T })
  for _ = 1, 22 do opt:step() end
  lu.assertEquals(opt.temperature, 2)
end

return lu.LuaUnit.run("--output", "nil")
