-- Memory: temporaries are collected without being asked for, and nothing stays behind.
local pn = require "penumbra"
local lu = require "luaunit"

TestMemory = {}

-- Resident memory of this process in bytes.
local function resident()
  for line in io.lines "/proc/self/status" do
    local kilobytes = line:match "^VmRSS:%s*(%d+) kB"
    if kilobytes then return kilobytes * 1024 end
  end
end

function TestMemory.test_temporaries_of_a_megabyte()
  local before, most = resident(), 0
  local x = pn.ones(512, 512)
  for i = 1, 10000 do
    local y = x + i
    if i % 50 == 0 then most = math.max(most, resident() - before) end
  end
  lu.assertTrue(most < 200e6, ("grew by %.0f MB"):format(most / 1e6))
end

function TestMemory.test_small_steps_leave_nothing()
  local net = pn.nn.Linear(4, 4)
  local x = pn.randn(8, 4)
  local function steps(n)
    for _ = 1, n do
      net:zero_grad()
      net(x):square():mean():backward()
    end
    collectgarbage()
    collectgarbage()
    return pn.memory().live
  end
  local before = steps(100)
  lu.assertEquals(steps(2000), before)
end

function TestMemory.test_views_of_a_large_tensor_do_not_thrash()
  local x = pn.zeros(1000, 1000)
  local start = os.clock()
  for i = 1, 20000 do local row = x[1 + i % 1000] end
  lu.assertTrue(os.clock() - start < 5)
end

function TestMemory.test_what_cannot_be_had_is_an_error()
  lu.assertErrorMsgContains("4.4 TB wanted", function() pn.zeros(1 << 40) end)
  lu.assertEquals(pn.ones(2):sum():item(), 2)
end


-- What a function's temporaries take at once, in bytes.
local function peak(body)
  collectgarbage()
  collectgarbage()
  pn.reset_peak_memory()
  local before = pn.memory().live
  body()
  return pn.memory().peak - before
end

function TestMemory.test_a_scope_releases_at_once()
  local x = pn.ones(1000)
  collectgarbage "stop"
  local live = pn.memory().live
  local kept, inner
  do
    local scope <close> = pn.scope()
    local y = x + 1
    kept = scope:keep(y * 2)
    do
      local scope2 <close> = pn.scope()
      inner = scope2:keep(y + 5)
      local z = y + 6
      lu.assertTrue(pn.memory().live >= live + 4 * 4000)
    end
    lu.assertEquals(inner:sum():item(), 7000)
  end
  lu.assertTrue(pn.memory().live <= live + 4096)
  collectgarbage "restart"
  lu.assertEquals(kept:sum():item(), 4000)
  lu.assertErrorMsgContains("released", function() return inner + 1 end)
  lu.assertEquals(x:sum():item(), 1000)
end

function TestMemory.test_a_scope_closes_on_errors_and_keeps_tables()
  local escaped, kept
  local ok = pcall(function()
    local scope <close> = pn.scope()
    escaped = pn.ones(3)
    kept = scope:keep({a = pn.ones(2)}).a
    error "stop"
  end)
  lu.assertFalse(ok)
  lu.assertErrorMsgContains("released", function() return escaped + 1 end)
  lu.assertEquals(kept:totable(), {1, 1})
  lu.assertErrorMsgContains("Tensors or tables of them", function()
    local scope <close> = pn.scope()
    scope:keep(5)
  end)
end

function TestMemory.test_a_scope_belongs_to_its_coroutine()
  local inside
  local co = coroutine.wrap(function()
    local scope <close> = pn.scope()
    inside = pn.ones(2)
    coroutine.yield()
  end)
  co()
  local outside = pn.ones(2)
  co()
  lu.assertEquals(outside:totable(), {1, 1})
  lu.assertErrorMsgContains("released", function() return inside + 1 end)
end

function TestMemory.test_scopes_keep_loops_flat()
  local x = pn.ones(100000)
  local most = peak(function()
    for _ = 1, 200 do
      local scope <close> = pn.scope()
      local y = (x + 1) * 2
      local z = y - x
    end
  end)
  lu.assertTrue(most <= 4 * 500000, ("%d bytes"):format(most))
end

function TestMemory.test_shortage_collects_then_is_an_error()
  local before = pn.memory_limit()
  collectgarbage()
  collectgarbage()
  pn.memory_limit(pn.memory().live + 10e6)
  collectgarbage "stop"
  -- Each is garbage when the next is made; only a collection makes room.
  for _ = 1, 20 do local _ = pn.ones(1000000) end
  collectgarbage "restart"
  local ok, message = pcall(pn.zeros, 2000000000)
  pn.memory_limit(before)
  lu.assertFalse(ok)
  lu.assertStrContains(tostring(message), "8.0 GB wanted")
  lu.assertEquals(pn.ones(3):totable(), {1, 1, 1})
  lu.assertEquals(pn.memory_limit(), before)
end

function TestMemory.test_figures()
  pn.empty_cache()
  lu.assertEquals(pn.memory().cached, 0)
  local m = pn.memory()
  lu.assertTrue(m.live <= m.peak and m.peak <= m.limit and m.hits <= m.requests)
  lu.assertErrorMsgContains("number of bytes", pn.memory_limit, -1)
end

function TestMemory.test_modules_optimizers_and_graphs_outlive_the_scope_that_made_them()
  local layer, optimizer, loss
  local x = pn.ones(3, { requires_grad = true })
  do
    local scope <close> = pn.scope()
    layer = pn.nn.Linear(2, 1)
    optimizer = pn.optim.Adam(layer:parameters(), { lr = 0.1 })
    local h = x * 2 -- what the derivative saves stays, its name does not
    loss = scope:keep((h * h):sum())
  end
  loss:backward()
  lu.assertEquals(x.grad:totable(), { 8, 8, 8 })
  local before = layer.weight:sum():item()
  for _ = 1, 3 do
    local _ <close> = pn.scope()
    optimizer:zero_grad()
    layer(pn.ones(4, 2)):sum():backward()
    optimizer:step()
  end
  lu.assertAlmostEquals(layer.weight:sum():item(), before - 0.6, 1e-4)
end

function TestMemory.test_finalizers_may_use_tensors_in_the_middle_of_an_operation()
  local memory = pn.memory()
  local limit = memory.limit
  local shared, stream, calls = pn.ones(1000), pn.generator(3), 0
  local leaf = pn.ones(10, { requires_grad = true })
  local function litter()
    setmetatable({}, { __gc = function()
      calls = calls + 1
      shared:add_(1)
      pn.randn(3)
      pn.randn(3, { generator = stream })
      pn.empty_cache()
      ;(leaf * 2):sum():backward()
    end })
  end
  pn.memory_limit(memory.live + 3000000)
  local ok, message = pcall(function()
    for _ = 1, 60 do
      litter()
      local a, b = pn.randn(100000), pn.randn(100000, { generator = stream })
      a:add_(b)
    end
  end)
  pn.memory_limit(limit)
  lu.assertTrue(ok, message)
  lu.assertTrue(calls > 0)
  lu.assertTrue(shared:eq(shared[1]):all())
  lu.assertEquals(leaf.grad[1]:item(), 2 * calls)
end

return lu.LuaUnit.run("--output", "nil")
