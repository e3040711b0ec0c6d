-- Whole experiments saved and continued: pn.save_checkpoint and pn.load_checkpoint.
local pn = require "penumbra"
local lu = require "luaunit"
local nn, optim = pn.nn, pn.optim

TestCheckpoints = {}

-- A fresh name for the time of a test.
local function with_path(body)
  local path = os.tmpname()
  local ok, message = pcall(body, path)
  os.remove(path)
  if not ok then error(message, 0) end
end

local function bits(x) return string.pack("<d", x) end

function TestCheckpoints.test_values_come_back_bit_for_bit()
  local state = {
    step = math.maxinteger, low = math.mininteger, big = (1 << 53) + 1, float = 1.0, negative = -0.0,
    tiny = 5e-324, third = 1 / 3, huge = 1.7976931348623157e308, inf = math.huge, ninf = -math.huge,
    nan = 0 / 0, yes = true, no = false, text = "día \"quoted\"\n\0 end", empty = "",
    raw = "\xff\0\xfe", long = ("π"):rep(5000), nothing = {}, ["a.b"] = 1, a = { b = 2 },
    list = { 1, 2.5, "three", { 4 } }, mixed = { 10, 20, x = 30, [7] = 40, [-1] = 50 },
    losses = {}, counts = {}, both = {},
  }
  for k = 1, 100 do
    state.losses[k] = math.sin(k)
    state.counts[k] = k << 40
    state.both[k] = k % 2 == 0 and k or k / 3
  end
  state.losses[3], state.losses[4] = 0 / 0, -math.huge
  with_path(function(path)
    pn.save_checkpoint(path, state)
    local found = pn.load_checkpoint(path)
    local function compare(a, b, place)
      lu.assertEquals(math.type(a) or type(a), math.type(b) or type(b), place)
      if type(a) == "table" then
        for key, value in pairs(a) do compare(value, b[key], place .. "." .. tostring(key)) end
        for key in pairs(b) do lu.assertNotNil(a[key], place .. "." .. tostring(key)) end
      elseif math.type(a) == "float" then
        lu.assertTrue(bits(a) == bits(b), place)
      else
        lu.assertTrue(a == b, place)
      end
    end
    compare(state, found, "state")
    -- The same state gives the same bytes, and long lists of numbers are tensors to other programs.
    local file = assert(io.open(path, "rb"))
    local bytes = file:read "a"
    file:close()
    pn.save_checkpoint(path, found)
    file = assert(io.open(path, "rb"))
    lu.assertTrue(file:read "a" == bytes)
    file:close()
    lu.assertEquals(pn.load(path).counts[100]:item(), 100 << 40)
    lu.assertEquals(pn.load(path).losses.dtype, "float64")
  end)
end

function TestCheckpoints.test_tensors_of_every_type()
  local state = {
    half = pn.randn(3, 4), double = pn.tensor({ 0 / 0, 1 / 3, -math.huge }, { dtype = "float64" }),
    whole = pn.tensor { math.maxinteger, math.mininteger }, bytes = pn.tensor({ 0, 255 }, { dtype = "uint8" }),
    mask = pn.tensor { true, false }, scalar = pn.tensor(2.5), empty = pn.zeros(0, 3),
    view = pn.arange(1, 6):reshape(2, 3):t(),
    leaf = pn.ones(2):requires_grad_(),
  }
  with_path(function(path)
    pn.save_checkpoint(path, state)
    local found = pn.load_checkpoint(path)
    for name, tensor in pairs(state) do
      lu.assertEquals(found[name].dtype, tensor.dtype, name)
      lu.assertEquals(found[name]:size(), tensor:size(), name)
      local same = found[name]:eq(tensor) | (found[name]:ne(found[name]) & tensor:ne(tensor))
      lu.assertTrue(same:all(), name)
    end
    -- A tensor that is given is filled in place.
    local mine = pn.zeros(2):requires_grad_()
    local all = pn.load_checkpoint(path, { leaf = mine, half = pn.zeros(3, 4) })
    lu.assertTrue(all.leaf == mine and mine:equal(pn.ones(2)) and mine.requires_grad)
    lu.assertTrue(all.half:equal(state.half) and all.mask ~= nil)
    lu.assertErrorMsgContains("half: expected a float32 Tensor [3, 4], as in the file, got float64 [3, 4]",
      pn.load_checkpoint, path, { half = pn.zeros(3, 4, { dtype = "float64" }) })
    lu.assertErrorMsgContains("leaf: expected a float32 Tensor [2], as in the file, got float32 [3]",
      pn.load_checkpoint, path, { leaf = pn.zeros(3) })
  end)
end

-- An experiment with everything that has a state.
local function experiment(seed)
  pn.seed(seed)
  local run = { step = 0, losses = {}, best = 1e9 }
  run.G = nn.Sequential(nn.Linear(2, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 2))
  run.D = nn.module {
    body = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Dropout(0.2), nn.Linear(6, 1)),
    forward = function(self, x) return self.body(x) end,
  }
  run.optim = {
    G = optim.Adam(run.G:parameters(), { lr = pn.schedule.linear { from = 1e-2, to = 0, steps = 100 } }),
    D = optim.CovarianceControlledSGLD(run.D:parameters(),
      { lr = 1e-2, temperature = 1e-4, precondition = "adam", generator = pn.generator(seed + 1) }),
  }
  run.ema = optim.EMA(run.G, { decay = 0.9 })
  run.samples = optim.Reservoir { size = 3, generator = pn.generator(seed + 2) }
  run.blur = pn.blur.noise { sigma = 1 }
  run.lambda = pn.schedule.exponential { from = 1, to = 0.1, steps = 100 }
  run.batches = pn.data.mixture("ring"):batches { size = 16 }
  run.random = pn.default_generator()
  run.latent = pn.randn(4, 2)
  -- An object of the script's own.
  run.counter = setmetatable({ count = 0 }, { __index = {
    state = function(self) return { count = self.count, latent = run.latent * 2 } end,
    load = function(self, state) self.count = state.count end,
  } })
  return run
end

local function train(run, steps)
  local o = pn.objectives
  for _ = 1, steps do
    local _, real = run.batches()
    run.step = run.step + 1
    run.blur.sigma = run.lambda(run.step)
    local fake = run.G(pn.randn(16, 2))
    run.optim.D:zero_grad()
    local loss = o.discriminator("minimax", run.D(run.blur(real)), run.D(run.blur(fake:detach())))
    loss:backward()
    run.optim.D:step()
    run.optim.G:zero_grad()
    o.generator("non_saturating", run.D(run.blur(fake))):backward()
    run.optim.G:step()
    run.ema:update()
    run.samples:collect(run.optim.D)
    run.counter.count = run.counter.count + 1
    run.losses[run.step] = loss:item()
    run.best = math.min(run.best, loss:item())
  end
end

function TestCheckpoints.test_an_experiment_goes_on_bit_for_bit()
  with_path(function(path)
    local run = experiment(1)
    train(run, 25)
    pn.save_checkpoint(path, run)
    train(run, 15)
    local again = experiment(99)
    train(again, 3)
    local fresh, D = experiment(50), nil
    D = fresh.D
    fresh = pn.load_checkpoint(path, fresh)
    lu.assertTrue(fresh.D == D)
    lu.assertEquals(fresh.step, 25)
    lu.assertEquals(#fresh.losses, 25)
    lu.assertEquals(fresh.counter.count, 25)
    lu.assertEquals(fresh.blur.sigma, fresh.lambda(25))
    train(fresh, 15)
    for step = 1, 40 do lu.assertTrue(bits(fresh.losses[step]) == bits(run.losses[step]), step) end
    for _, name in ipairs { "G", "D" } do
      for key, tensor in pairs(run[name]:state_dict()) do
        lu.assertTrue(fresh[name]:state_dict()[key]:equal(tensor), key)
      end
    end
    for k, average in ipairs(run.ema:averages()) do
      lu.assertTrue(fresh.ema:averages()[k]:equal(average))
    end
    lu.assertEquals(#fresh.samples, 3)
    lu.assertEquals(fresh.counter.count, 40)
    -- Back to the checkpoint, in the midst of a run: what was made since is gone.
    again = pn.load_checkpoint(path, again)
    lu.assertEquals(#again.losses, 25)
    -- Without objects their states are there to look at.
    local plain = pn.load_checkpoint(path)
    lu.assertEquals(plain.G["1.weight"]:size(), { 6, 2 })
    lu.assertEquals(plain.optim.G.optimizer, "Adam")
    lu.assertEquals(plain.random[1], 1)
    local G = experiment(7).G
    G:load_state_dict(plain.G)
  end)
end

function TestCheckpoints.test_what_does_not_fit_is_named_and_changes_nothing()
  with_path(function(path)
    local run = experiment(1)
    train(run, 4)
    pn.save_checkpoint(path, run)
    local function refused(text, change)
      local other = experiment(2)
      train(other, 1)
      local G, before = other.G, other.G:state_dict()
      change(other)
      local rng, latent = pn.default_generator():state(), other.latent and other.latent:clone()
      local ok, message = pcall(pn.load_checkpoint, path, other)
      lu.assertFalse(ok, text)
      lu.assertStrContains(message, text)
      lu.assertStrContains(message, path)
      for key, tensor in pairs(G:to("float32"):state_dict()) do
        lu.assertTrue(tensor:equal(before[key]), key)
      end
      lu.assertEquals(pn.default_generator():state(), rng)
      if latent then lu.assertTrue(other.latent:equal(latent)) end
    end
    refused("G: the file has a state there (Module), the table has nothing", function(r) r.G = nil end)
    refused("optim.D: the file has a state there (Optimizer)", function(r) r.optim.D = nil end)
    refused("extra: it is not in the file", function(r) r.extra = 1 end)
    refused("optim.E: it is not in the file", function(r) r.optim.E = r.optim.D end)
    refused("step: expected a number, as in the file, got string 'x'", function(r) r.step = "x" end)
    refused("losses: expected a table, as in the file, got number 3", function(r) r.losses = 3 end)
    refused("G: expected Module, as in the file, got Optimizer", function(r) r.G = r.optim.G end)
    refused("D: ", function(r) r.D = nn.Linear(2, 3) end)
    refused("missing: ", function(r) r.D = nn.Linear(2, 3) end)
    refused("G.1.bias: expected float32, as in the file, got float64", function(r) r.G:to "float64" end)
    refused("lambda: expected the Schedule exponential", function(r) r.lambda = pn.schedule.constant(1) end)
    refused("optim.G: ", function(r) r.optim.G = optim.SGD(r.G:parameters(), { lr = 1 }) end)
    refused("counter: ", function(r)
      r.counter = { state = function() return 1 end, load = function() error "I refuse" end }
    end)
    refused("I refuse", function(r)
      r.counter = { state = function() return 1 end, load = function() error "I refuse" end }
    end)
    refused("latent: expected a float32 Tensor [4, 2]", function(r) r.latent = pn.zeros(3) end)
  end)
end

function TestCheckpoints.test_filters_and_driven_schedules_go_on()
  local function run(sigma)
    return {
      both = pn.blur.compose { pn.blur.gaussian { sigma = sigma }, pn.blur.noise { sigma = 2 * sigma } },
      learnt = pn.blur.noise { sigma = pn.tensor(sigma, { requires_grad = true }) },
      rate = pn.schedule.plateau { from = 1, factor = 0.5, patience = 0 },
    }
  end
  with_path(function(path)
    local old, new = run(0.5), run(0.25)
    old.rate:observe(1)
    old.rate:observe(2) -- no better: the rate is halved
    pn.save_checkpoint(path, old)
    local own = new.learnt.sigma
    pn.load_checkpoint(path, new)
    lu.assertEquals(tostring(new.both), tostring(old.both))
    lu.assertEquals({ new.learnt.sigma:item(), own:item() }, { 0.5, 0.5 }) -- the same tensor, filled
    lu.assertEquals({ old.rate(1), new.rate(1) }, { 0.5, 0.5 })
    lu.assertEquals(new.rate:state(), old.rate:state())

    local before = tostring(new.both)
    for text, change in pairs {
      ["both: expected a filter with 2 parts"] = function(r) r.both = pn.blur.noise { sigma = 1 } end,
      ["learnt: expected a filter with sigma float32 []"] = function(r) r.learnt = pn.blur.noise { sigma = 1 } end,
      ["rate: expected the Schedule plateau"] = function(r) r.rate = pn.schedule.constant(1) end,
    } do
      local wrong = run(0.75)
      change(wrong)
      lu.assertErrorMsgContains(text, pn.load_checkpoint, path, wrong)
      if not text:find "^both" then lu.assertStrContains(tostring(wrong.both), "0.75") end
    end
    lu.assertEquals(tostring(new.both), before)
  end)
end

function TestCheckpoints.test_what_cannot_be_saved_is_named()
  with_path(function(path)
    os.remove(path)
    local loop = {}
    loop.inner = { loop }
    local refused = {
      { "f: expected a number, string, boolean, Tensor, table or object with a state, got function",
        { f = print } },
      { "a.b[2]: expected a number", { a = { b = { 1, coroutine.create(print) } } } },
      { "file: expected", { file = io.stdout } },
      { "data: expected", { data = pn.data.mixture "ring" } },
      { "strings (UTF-8) and integers as keys, got boolean true", { [true] = 1 } },
      { "strings (UTF-8) and integers as keys, got number 1.5", { a = { [1.5] = 1 } } },
      { "strings (UTF-8) and integers as keys", { ["\xff"] = 1 } },
      { "a table inside itself?", loop },
      { "boom", { x = { state = function() error "boom" end, load = function() end } } },
    }
    for _, case in ipairs(refused) do
      local ok, message = pcall(pn.save_checkpoint, path, case[2])
      lu.assertFalse(ok, case[1])
      lu.assertStrContains(message, case[1])
      lu.assertNil(io.open(path), case[1])
    end
    lu.assertErrorMsgContains("argument 2 (state): expected table", pn.save_checkpoint, path, 3)
    lu.assertErrorMsgContains("No such file", pn.load_checkpoint, path, {})
    lu.assertErrorMsgContains("No such file", pn.save_checkpoint, path .. "/no/such", {})
    -- Tables within tables within tables grow beyond all bounds.
    local wide = {}
    for _ = 1, 30 do wide = { wide, wide } end
    lu.assertErrorMsgContains("too many values; put numbers into tensors", pn.save_checkpoint, path, { wide })
    lu.assertNil(io.open(path))
  end)
end

function TestCheckpoints.test_damaged_files_are_errors()
  with_path(function(path)
    local function write(text)
      local file = assert(io.open(path, "wb"))
      file:write(text)
      file:close()
    end
    pn.save_checkpoint(path, { step = 3, x = pn.ones(3), list = { 1, "two" }, net = nn.Linear(2, 1) })
    local file = assert(io.open(path, "rb"))
    local bytes = file:read "a"
    file:close()
    for length = 0, #bytes - 1 do
      write(bytes:sub(1, length))
      lu.assertFalse(pcall(pn.load_checkpoint, path), length)
    end
    -- Flipped bits give an error or some values, never a crash.
    local g = pn.generator(5)
    for _ = 1, 300 do
      local at = pn.randint(1, #bytes, { 1 }, { generator = g }):item()
      local bit = pn.randint(0, 7, { 1 }, { generator = g }):item()
      write(bytes:sub(1, at - 1) .. string.char(bytes:byte(at) ~ (1 << bit)) .. bytes:sub(at + 1))
      pcall(pn.load_checkpoint, path, { step = 0, x = pn.ones(3), list = {}, net = nn.Linear(2, 1) })
    end
    -- Files whose metadata lie.
    local function container(text, header)
      local quoted = text:gsub("[\\\"]", "\\%0")
      local json = ("{%s\"__metadata__\":{\"penumbra.checkpoint\":\"%s\"}}"):format(header or "", quoted)
      write(string.pack("<I8", #json) .. json .. (header and ("\0"):rep(8) or ""))
    end
    local tensor = "\"t\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
    for _, case in ipairs {
      { "not JSON", "{" },
      { "no version and root", "{}" },
      { "expected version 1, got version 2", "{\"version\":2,\"root\":{\"table\":[]}}" },
      { "expected a node", "{\"version\":1,\"root\":null}" },
      { "expected a table", "{\"version\":1,\"root\":3}" },
      { "an empty node", "{\"version\":1,\"root\":{}}" },
      { "expected a node", "{\"version\":1,\"root\":{\"tabel\":[]}}" },
      { "no tensor 'x' left", "{\"version\":1,\"root\":{\"list\":[{\"tensor\":\"x\"}]}}" },
      { "no pair", "{\"version\":1,\"root\":{\"table\":[[1]]}}" },
      { "comes twice", "{\"version\":1,\"root\":{\"table\":[[\"a\",1],[\"a\",2]]}}" },
      { "neither a string nor", "{\"version\":1,\"root\":{\"table\":[[true,1]]}}" },
      { "hexadecimal", "{\"version\":1,\"root\":{\"list\":[{\"bits\":\"7ff\"}]}}" },
      { "nested", "{\"version\":1,\"root\":" .. ("{\"list\":["):rep(40) .. ("]}"):rep(40) .. "}" },
      { "nested", "{\"version\":1,\"root\":" .. ("["):rep(100000) .. ("]"):rep(100000) .. "}" },
      { "more than", "{\"version\":1,\"root\":[" .. ("1,"):rep(5000000) .. "1]}" },
      { "belongs nowhere", "{\"version\":1,\"root\":{\"table\":[]}}", tensor },
      { "expected a float64 tensor", "{\"version\":1,\"root\":{\"list\":[{\"numbers\":\"t\"}]}}", tensor },
      { "left for it",
        "{\"version\":1,\"root\":{\"list\":[{\"tensor\":\"t\"},{\"tensor\":\"t\"}]}}", tensor },
    } do
      container(case[2], case[3])
      local ok, message = pcall(pn.load_checkpoint, path)
      lu.assertFalse(ok, case[1])
      lu.assertStrContains(message, case[1])
    end
    pn.save(path, { x = pn.ones(2) })
    lu.assertErrorMsgContains("it is no checkpoint", pn.load_checkpoint, path)
  end)
end

return lu.LuaUnit.run("--output", "nil")
