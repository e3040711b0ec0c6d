-- pn.profile: rows, lines, nesting, errors, traces.
local pn = require "penumbra"
local lu = require "luaunit"

TestProfile = {}

local function line() return debug.getinfo(2, "l").currentline end

local function row(report, operation)
  for _, candidate in ipairs(report:rows()) do
    if candidate.operation == operation then return candidate end
  end
end

local function sum(rows, key)
  local total = 0
  for _, each in ipairs(rows) do total = total + each[key] end
  return total
end

function TestProfile.test_calls_bytes_and_lines()
  local where
  local report = pn.profile(function()
    local a, b = pn.ones(4, 8), pn.ones(8, 2)
    for _ = 1, 5 do a:matmul(b); where = line() end
    local _ = a + 1
  end)
  local product = row(report, "matmul")
  lu.assertEquals({ product.calls, product.bytes, product.flops }, { 5, 5 * 8 * 4, 5 * 2 * 4 * 8 * 2 })
  lu.assertStrContains(product.line, "profiling.lua:" .. where)
  lu.assertEquals(product.others, 0)
  lu.assertEquals(row(report, "ones").calls, 2)
  lu.assertEquals(row(report, "+").bytes, 4 * 8 * 4)
  lu.assertEquals(report.bytes, sum(report:rows(), "bytes"))
end

function TestProfile.test_own_times_sum_to_the_whole()
  local start = pn.clock()
  local report = pn.profile(function()
    for _ = 1, 50 do pn.randn(64, 64):matmul(pn.randn(64, 64)):exp() end
  end)
  local elapsed = (pn.clock() - start) * 1e3
  for _, by in ipairs { "operation", "line" } do
    lu.assertAlmostEquals(sum(report:rows { by = by }, "self_ms"), report.wall_ms, 1e-6)
    lu.assertAlmostEquals(sum(report:rows { by = by }, "percent"), 100, 1e-6)
  end
  lu.assertTrue(report.wall_ms > 0 and report.wall_ms <= elapsed)
  lu.assertTrue(row(report, "matmul").self_ms > 0)
end

function TestProfile.test_modules_and_derivatives_nest()
  local net = pn.nn.Sequential(pn.nn.Linear(3, 4), pn.nn.ReLU())
  local opt = pn.optim.Adam(net:parameters())
  local report = pn.profile(function()
    net(pn.ones(2, 3)):sum():backward()
    opt:step()
  end)
  local outer, inner = row(report, "Sequential"), row(report, "Linear")
  lu.assertEquals({ outer.calls, inner.calls, row(report, "ReLU").calls }, { 1, 1, 1 })
  lu.assertTrue(outer.total_ms >= inner.total_ms and outer.self_ms < outer.total_ms)
  local phases = {}
  for _, name in ipairs { "sum", "backward", "backward pass", "sum backward", "(Lua)" } do
    local each = row(report, name)
    phases[#phases + 1] = each.calls .. " " .. each.phase
  end
  lu.assertEquals(phases, { "1 forward", "1 backward", "1 backward", "1 backward", "1 outside" })
  lu.assertEquals(row(report, "Adam:step").calls, 1)
end

function TestProfile.test_layers_in_one_operation_have_both_names()
  local net = pn.nn.Sequential(pn.nn.Linear(3, 4), pn.nn.ReLU(), pn.nn.Linear(4, 1))
  local report = pn.profile(function() net(pn.ones(2, 3)) end)
  lu.assertEquals(row(report, "Linear+ReLU").flops, 2 * 2 * 3 * 4)
  lu.assertEquals(row(report, "Linear").flops, 2 * 2 * 4)
end

function TestProfile.test_derivatives_belong_to_the_line_of_their_operation()
  local x = pn.ones(3):requires_grad_()
  local forward, backward
  local report = pn.profile(function()
    local y = x:exp(); forward = line()
    y:backward(pn.ones(3)); backward = line()
  end)
  lu.assertStrContains(row(report, "exp backward").line, ":" .. forward)
  lu.assertStrContains(row(report, "backward").line, ":" .. backward)
end

function TestProfile.test_beside_the_search_for_anomalies()
  local x = pn.ones(3):requires_grad_()
  local forward
  local report = pn.profile(function()
    do local _ <close> = pn.autograd.detect_anomaly(); x:sin() end
    local y = x:exp(); forward = line()
    y:backward(pn.ones(3))
  end)
  lu.assertStrContains(row(report, "exp backward").line, ":" .. forward)
  local _ <close> = pn.autograd.detect_anomaly()
  pn.profile(function() end)
  lu.assertErrorMsgContains("NaN", function() (x - 1):sqrt():mul(0):sum():backward() end)
end

function TestProfile.test_sorting_and_printing()
  local report = pn.profile(function() for _ = 1, 9 do pn.ones(1) end pn.zeros(1000) end)
  lu.assertEquals(report:rows { sort = "calls" }[1].operation, "ones")
  lu.assertEquals(report:rows { sort = "bytes" }[1].operation, "zeros")
  lu.assertEquals(report:rows { sort = "total" }[1].operation, "(Lua)")
  lu.assertEquals(tostring(report), report:table())
  for _, title in ipairs { "operation", "calls", "total ms", "self ms", "self %", "bytes", "line" } do
    lu.assertStrContains(tostring(report), title)
  end
  local text = report:table { sort = "calls", limit = 1 }
  lu.assertStrContains(text, "10 calls, 4.0 kB allocated")
  lu.assertStrContains(text, "\nones ")
  lu.assertNotStrContains(text, "\nzeros ")
  lu.assertStrContains(text, "and 2 more")
  lu.assertStrContains(report:table { by = "line" }, "\nline ")
end

function TestProfile.test_fields()
  local x = pn.ones(3):requires_grad_()
  local report = pn.profile(function() x:exp():sum():backward() end)
  lu.assertAlmostEquals(report.forward_ms + report.backward_ms + report.lua_ms, report.wall_ms, 1e-6)
  lu.assertTrue(math.min(report.forward_ms, report.backward_ms, report.lua_ms) > 0)
  lu.assertEquals({ report.calls, report.events, report.dropped_events }, { 6, 7, 0 })
  lu.assertEquals(report.bytes, sum(report:rows(), "bytes"))
  lu.assertErrorMsgContains("wall", function() return report.wall end)
end

function TestProfile.test_nothing_inside()
  local report = pn.profile(function() end)
  lu.assertEquals({ report.calls, report.bytes, #report:rows() }, { 0, 0, 1 })
  lu.assertStrContains(tostring(report), "0 calls, 0 bytes allocated")
end

function TestProfile.test_it_is_off_afterwards()
  local failure = {}
  lu.assertEquals({ pcall(pn.profile, function() error(failure) end) }, { false, failure })
  lu.assertErrorMsgContains("matmul", pn.profile, function() pn.ones(2):matmul(pn.ones(3)) end)
  lu.assertErrorMsgContains("one cannot be inside another", pn.profile, function()
    pn.profile(function() end)
  end)
  lu.assertErrorMsgContains("one cannot be inside another", pn.profile, function()
    coroutine.wrap(function() pn.profile(function() end) end)()
  end)
  local thread = coroutine.create(function()
    pn.profile(function() coroutine.yield() end)
  end)
  lu.assertFalse(coroutine.resume(thread))
  lu.assertEquals(pn.profile(function() end).events, 1)
end

function TestProfile.test_in_a_coroutine_and_with_coroutines_inside()
  local report
  coroutine.wrap(function()
    report = pn.profile(function()
      local inner = coroutine.wrap(function()
        pn.ones(1)
        coroutine.yield()
        pn.ones(1)
      end)
      inner()
      pn.zeros(1)
      inner()
    end)
  end)()
  lu.assertEquals({ row(report, "ones").calls, row(report, "zeros").calls }, { 2, 1 })
end

function TestProfile.test_errors_inside_are_counted_and_the_profile_goes_on()
  local report = pn.profile(function()
    for _ = 1, 3 do lu.assertFalse(pcall(pn.matmul, pn.ones(2), pn.ones(3))) end
    pn.zeros(1)
  end)
  lu.assertEquals({ row(report, "matmul").calls, row(report, "zeros").calls }, { 3, 1 })
end

function TestProfile.test_functions_of_the_script_inside_operations()
  local Double = pn.nn.module { forward = function(self, x) return x:exp() * 2 end }
  local x = pn.ones(3):requires_grad_()
  local outer, hooked
  local report = pn.profile(function()
    local y = Double(x); outer = line()
    y:register_hook(function(g) hooked = line(); return g:neg() end)
    y:backward(pn.ones(3))
  end)
  lu.assertEquals({ row(report, "exp").calls, row(report, "neg").calls }, { 1, 1 })
  lu.assertNotStrContains(row(report, "exp").line, ":" .. outer)
  lu.assertStrContains(row(report, "neg").line, ":" .. hooked)
end

function TestProfile.test_second_derivatives()
  local x = pn.ones(3):requires_grad_()
  local forward
  local report = pn.profile(function()
    local y = (x ^ 3):sum(); forward = line()
    local g = pn.grad(y, { x }, { create_graph = true })
    g:sum():backward()
  end)
  lu.assertEquals(row(report, "backward pass").calls, 2)
  lu.assertTrue(row(report, "sum backward").calls >= 2)
  lu.assertEquals(x.grad:totable(), { 6, 6, 6 })
  local found = false
  for _, each in ipairs(report:rows { by = "line" }) do
    found = found or each.calls > 2 and (each.line or ""):find(":" .. forward, 1, true) ~= nil
  end
  lu.assertTrue(found)
end

function TestProfile.test_events_are_limited_and_sums_go_on()
  local report = pn.profile(function() for _ = 1, 10 do pn.ones(1) end end, { max_events = 4 })
  lu.assertEquals({ report.events, report.dropped_events, row(report, "ones").calls }, { 4, 7, 10 })
end

local function contents(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

function TestProfile.test_traces_are_written_whole_or_not_at_all()
  local path = os.tmpname()
  local where
  local report = pn.profile(function() pn.ones(2); where = line() end)
  report:save(path)
  local first = contents(path)
  lu.assertStrContains(first, '"ph":"X"')
  lu.assertStrContains(first, '"name":"ones"')
  lu.assertStrContains(first, ("profiling.lua:%d\",\"cat\":\"line\""):format(where))
  report:save(path)
  lu.assertEquals(contents(path), first)
  os.remove(path)
  lu.assertErrorMsgContains("/nonexistent", report.save, report, "/nonexistent/trace.json")
  lu.assertErrorMsgContains("argument 2 (path)", report.save, report)
end

function TestProfile.test_lines_of_chunks_with_odd_names()
  local chunk = load("local pn = ...; pn.ones(1)", '@odd"\\\n\xff.lua')
  local report = pn.profile(function() chunk(pn) end)
  lu.assertStrContains(row(report, "ones").line, 'odd"')
  local path = os.tmpname()
  report:save(path)
  lu.assertStrContains(contents(path), [[odd\"\\\n]])
  lu.assertNotNil(utf8.len(contents(path)))
  os.remove(path)
end

function TestProfile.test_options_are_checked_before_the_run()
  local ran = false
  local function run() ran = true end
  lu.assertErrorMsgContains("did you mean 'max_events'", pn.profile, run, { max_event = 1 })
  lu.assertErrorMsgContains("max_events", pn.profile, run, { max_events = -1 })
  lu.assertErrorMsgContains("argument 1 (fn)", pn.profile, 3)
  lu.assertFalse(ran)
  local report = pn.profile(run)
  lu.assertErrorMsgContains("did you mean 'sort'", report.rows, report, { srot = "self" })
  lu.assertErrorMsgContains('"self" | "total"', report.rows, report, { sort = "time" })
  lu.assertErrorMsgContains('"operation" | "line"', report.table, report, { by = "file" })
  lu.assertErrorMsgContains("limit", report.table, report, { limit = -1 })
end

return lu.LuaUnit.run("--output", "nil")
