-- Derivatives from Lua: backward, grad, hooks, gradient mode by scope and by coroutine.
local pn = require "penumbra"
local lu = require "luaunit"

TestAutograd = {}

local function leaf(values)
  return pn.tensor(values, { dtype = "float64", requires_grad = true })
end

function TestAutograd.test_backward_accumulates()
  local x = leaf { 1, 2 }
  ;(x * x):sum():backward()
  ;(x * x):sum():backward()
  lu.assertEquals(x.grad:totable(), { 4, 8 })
  x.grad = nil
  lu.assertNil(x.grad)
end

function TestAutograd.test_second_derivative()
  local x = leaf { 2 }
  local first = pn.grad((x ^ 4):sum(), x, { create_graph = true })
  lu.assertEquals(first:item(), 32)
  lu.assertEquals(pn.grad(first:sum(), x):item(), 48)
end

function TestAutograd.test_grad_of_several_inputs()
  local x, y, z = leaf { 3 }, leaf { 4 }, leaf { 5 }
  lu.assertErrorMsgContains("input 3", function() pn.grad((x * y):sum(), { x, y, z }) end)
  local gx, gy, gz = pn.grad((x * y):sum(), { x, y, z }, { allow_unused = true })
  lu.assertEquals({ gx:item(), gy:item() }, { 4, 3 })
  lu.assertNil(gz)
end

function TestAutograd.test_a_used_graph_is_an_error()
  local x = leaf { 1 }
  local y = (x * x):sum()
  y:backward()
  lu.assertErrorMsgContains("retain_graph", function() y:backward() end)
end

function TestAutograd.test_changed_values_are_noticed()
  local x = leaf { 1, 2 }
  local y = x * 1
  local z = y * y
  y:add_(1)
  lu.assertErrorMsgContains("changed in place", function() z:sum():backward() end)
end

function TestAutograd.test_changes_in_place_are_differentiable()
  local x = leaf { 3 }
  local y = x * 1
  y:mul_(x):square_()
  y:sum():backward()
  lu.assertEquals(x.grad:item(), 108) -- d x⁴/dx
end

function TestAutograd.test_no_grad_ends_with_its_scope()
  local x = leaf { 1 }
  do
    local _ <close> = pn.no_grad()
    lu.assertFalse((x * 2).requires_grad)
    do
      local _ <close> = pn.enable_grad()
      lu.assertTrue((x * 2).requires_grad)
    end
    lu.assertFalse((x * 2).requires_grad)
  end
  lu.assertTrue((x * 2).requires_grad)
  pcall(function()
    local _ <close> = pn.no_grad()
    error "inside"
  end)
  lu.assertTrue(pn.is_grad_enabled())
end

function TestAutograd.test_gradient_mode_belongs_to_the_coroutine()
  local inner = coroutine.create(function()
    local _ <close> = pn.no_grad()
    coroutine.yield(pn.is_grad_enabled())
    return pn.is_grad_enabled()
  end)
  local _, enabled = coroutine.resume(inner)
  lu.assertFalse(enabled)
  lu.assertTrue(pn.is_grad_enabled())
  _, enabled = coroutine.resume(inner)
  lu.assertFalse(enabled)
  lu.assertTrue(pn.is_grad_enabled())
end

function TestAutograd.test_hooks_see_and_replace()
  local x = leaf { 1 }
  local seen
  local y = x * 2
  y:register_hook(function(g) seen = g:item() return g * 10 end)
  y:sum():backward()
  lu.assertEquals(seen, 1)
  lu.assertEquals(x.grad:item(), 20)
end

function TestAutograd.test_assignment_is_differentiable()
  local value = leaf { 5 }
  local x = pn.zeros { 3, dtype = "float64" }
  x[2] = value[1]
  ;(x * x):sum():backward()
  lu.assertEquals(value.grad:totable(), { 10 })
end

function TestAutograd.test_deep_graphs()
  local x = leaf { 1 }
  local y = x
  for _ = 1, 20000 do y = y + 1 end
  y:sum():backward()
  lu.assertEquals(x.grad:item(), 1)
end


function TestAutograd.test_views_change_in_place()
  local x = leaf { 1, 2, 3, 4 }
  local y = x * 2
  local part = y[{ { 2, 3 } }]
  part:mul_(x[{ { 1, 2 } }])
  y[4] = part[1]:clone() * 10
  y[1] = 0
  lu.assertEquals(y:totable(), { 0, 4, 12, 40 })
  y:sum():backward()
  -- 2 x₁ x₂ (once, and ten times as y₄) and 2 x₂ x₃
  lu.assertEquals(x.grad:totable(), { 44, 28, 4, 0 })
  lu.assertEquals(part.grad_fn, "view")
end

function TestAutograd.test_masks_assign()
  local x, v = leaf { 1, -2, 3 }, leaf { 5 }
  local y = x * x
  local row = y[{ { 1, 2 } }]
  row[row:gt(2)] = v
  y:sum():backward()
  lu.assertEquals({ x.grad:totable(), v.grad:totable() }, { { 2, 0, 6 }, { 1 } })
end

function TestAutograd.test_hooks_are_removed()
  local x = leaf { 1 }
  local count = 0
  local hook = x:register_hook(function() count = count + 1 end)
  x:sum():backward()
  hook:remove()
  hook:remove()
  x:sum():backward()
  lu.assertEquals(count, 1)
end

function TestAutograd.test_retained_gradients()
  local x = leaf { 2 }
  local y = (x * 3):retain_grad()
  local z = y * y
  z:backward(nil, { retain_graph = true })
  lu.assertEquals(y.grad:item(), 12)
  z:backward()
  lu.assertEquals({ y.grad:item(), x.grad:item(), y.retains_grad }, { 24, 72, true })
  lu.assertEquals({ y.grad_fn, x.grad_fn, y.is_leaf }, { "mul", nil, false })
end

function TestAutograd.test_backward_of_several_into_chosen_inputs()
  local x, w = leaf { 2 }, leaf { 3 }
  pn.autograd.backward({ x * w, w * 5 }, { pn.tensor({ 10 }, { dtype = "float64" }) ,
    pn.tensor({ 1 }, { dtype = "float64" }) }, { inputs = { w } })
  lu.assertEquals(w.grad:item(), 25)
  lu.assertNil(x.grad)
end

local cube = pn.autograd.fn {
  name = "cube",
  forward = function(ctx, x, scale)
    ctx:save(x)
    ctx.scale = scale
    return x ^ 3 * scale
  end,
  backward = function(ctx, g) return g * 3 * ctx.scale * ctx.saved[1] ^ 2 end,
}

TestFunctions = {}

function TestFunctions.test_twice_differentiable()
  local x = leaf { 2 }
  local y = cube(x, 10)
  lu.assertEquals({ y:item(), y.grad_fn, tostring(cube) }, { 80, "cube", "Operation(cube)" })
  local g = pn.grad(y, x, { create_graph = true })
  lu.assertEquals({ g:item(), pn.grad(g, x):item() }, { 120, 120 })
  lu.assertTrue(pn.gradcheck(function(t) return cube(t, 2) end, leaf { 0.5, -1.5 }))
  lu.assertTrue(pn.gradgradcheck(function(t) return cube(t, 2) end, leaf { 0.5, -1.5 }))
end

function TestFunctions.test_several_results_and_saved_results()
  local both = pn.autograd.fn {
    name = "both",
    forward = function(ctx, x)
      local e = x:exp()
      ctx:save(e, x)
      return e, "between", x * x
    end,
    backward = function(ctx, ge, gs)
      local e, x = table.unpack(ctx.saved)
      return ge * e + gs * 2 * x
    end,
  }
  local x = leaf { 0.5, 1 }
  local e, word, s = both(x)
  lu.assertEquals(word, "between")
  s:sum():backward(nil, { retain_graph = true })
  lu.assertEquals(x.grad:totable(), { 1, 2 })
  local function f(t) local a, _, b = both(t) return a * b end
  lu.assertTrue(pn.gradcheck(f, leaf { 0.3, 0.8 }))
  lu.assertTrue(pn.gradgradcheck(f, leaf { 0.3, 0.8 }))
  e:sum():backward()
  lu.assertAlmostEquals(x.grad[1]:item(), 1 + math.exp(0.5), 1e-15)
end

function TestFunctions.test_errors_name_the_function()
  local function op(backward, forward)
    return pn.autograd.fn { name = "op", forward = forward or function(_, x) return x * 2 end,
      backward = backward }
  end
  local function fails(message, backward, forward)
    lu.assertErrorMsgContains(message, function() op(backward, forward)(leaf { 1, 2 }):sum():backward() end)
  end
  fails("op: backward: gradient 1: expected float64 [2], got float64 [3]",
    function() return pn.ones { 3, dtype = "float64" } end)
  fails("got float32 [2]", function() return pn.ones(2) end)
  fails("op: backward: result 1: expected a Tensor or nil, got number", function() return 3 end)
  fails("op: backward: expected at most 1", function(_, g) return g, g end)
  fails(".lua:", function() error("inside") end)
  fails("yield", function() coroutine.yield() end)
  local square = op(function(ctx, g) return g * 2 * ctx.saved[1] end,
    function(ctx, t) ctx:save(t) return t * t end)
  local t = leaf { 1, 2 } * 1
  local changed = square(t)
  t:add_(1)
  lu.assertErrorMsgContains("op: an input", function() changed:sum():backward() end)
  fails("was changed in place by the forward", function(_, g) return g end,
    function(_, x) return x:add_(1) end)
  lu.assertErrorMsgContains("backward", function() pn.autograd.fn { forward = print } end)
  lu.assertErrorMsgContains("did you mean", function()
    pn.autograd.fn { forwards = print, backward = print }
  end)
end

function TestFunctions.test_no_gradient_and_needs_grad()
  local needs
  local f = pn.autograd.fn {
    forward = function(ctx, a, n, b) needs = ctx.needs_grad return a * b * n end,
    backward = function() return nil end,
  }
  local x = leaf { 1 }
  f(x, 2, pn.ones { 1, dtype = "float64" }):sum():backward()
  lu.assertEquals(needs, { true, false, false })
  lu.assertNil(x.grad)
end

function TestFunctions.test_memory_is_flat()
  local x = leaf { 1, 2 }
  local keeper = pn.autograd.fn {
    forward = function(ctx, t)
      local y = t * 2
      ctx.y, ctx.t = y, t -- the result as a field makes no cycle
      ctx:save(y)
      return y
    end,
    backward = function(ctx, g) return g * 2 + ctx.y * 0 end,
  }
  local function use(count)
    for i = 1, count do
      local y = keeper(x)
      if i % 2 == 0 then y:sum():backward() end
    end
    x.grad = nil
    collectgarbage()
    collectgarbage()
    return collectgarbage("count"), pn.memory().live
  end
  use(10000) -- Lua's tables have their greatest size then
  local heap, live = use(500)
  local heapAfter, liveAfter = use(10000)
  -- What is released waits for a safe point; a leak would be 3 MB.
  lu.assertTrue(heapAfter < heap + 512, heap .. " to " .. heapAfter)
  lu.assertTrue(liveAfter < live + 2 ^ 17, live .. " to " .. liveAfter)
end

TestFunc = {}

function TestFunc.test_products()
  local a, b = leaf { { 1, 2 }, { 3, 4 } }, leaf { 5, 6 }
  local function f(m, v) return m:matmul(v) end
  local value, products = pn.func.vjp(f, { a, b }, pn.tensor({ 1, 10 }, { dtype = "float64" }))
  lu.assertEquals(value:totable(), { 17, 39 })
  lu.assertEquals(products[1]:totable(), { { 5, 6 }, { 50, 60 } })
  lu.assertEquals(products[2]:totable(), { 31, 42 })
  local _, forward = pn.func.jvp(f, { a, b }, { pn.zeros { 2, 2, dtype = "float64" },
    pn.tensor({ 1, 10 }, { dtype = "float64" }) })
  lu.assertEquals(forward:totable(), { 21, 43 })
  lu.assertNil(a.grad)
  lu.assertFalse(products[1].requires_grad)
end

function TestFunc.test_jacobian_and_hessian()
  local x = pn.tensor({ 1, 2 }, { dtype = "float64" })
  local J = pn.func.jacobian(function(t) return pn.stack { t[1] * t[2], t[1] ^ 2, t[2] } end, x)
  lu.assertEquals(J:totable(), { { 2, 1 }, { 2, 0 }, { 0, 1 } })
  local function f(t) return t[1] ^ 2 * t[2] end
  lu.assertEquals(pn.func.hessian(f, x):totable(), { { 4, 2 }, { 2, 0 } })
  local v = pn.tensor({ 1, 10 }, { dtype = "float64" })
  local _, hv = pn.func.hvp(f, x, v)
  local _, vh = pn.func.vhp(f, x, v)
  lu.assertEquals({ hv:totable(), vh:totable() }, { { 24, 2 }, { 24, 2 } })
  local H = pn.func.hessian(function(a, b) return (a * b):sum() end, { x, v })
  lu.assertEquals(H[1][2]:totable(), { { 1, 0 }, { 0, 1 } })
  lu.assertEquals(H[1][1]:totable(), { { 0, 0 }, { 0, 0 } })
  lu.assertErrorMsgContains("no output depends", function()
    pn.func.jacobian(function(a, _) return a end, { x, v }, { strict = true })
  end)
end

function TestFunc.test_gradients_of_gradients()
  local function f(x) return (x ^ 4):sum() end
  local x = pn.tensor({ 2 }, { dtype = "float64" })
  local first = pn.func.grad(f)
  local second = pn.func.grad(function(t) return first(t):sum() end)
  local third = pn.func.grad(function(t) return second(t):sum() end)
  lu.assertEquals({ first(x):item(), second(x):item(), third(x):item() }, { 32, 48, 48 })
  lu.assertFalse(first(x).requires_grad)
  local value, gradients, aux = pn.func.value_and_grad(function(a, b)
    return (a * b):sum(), "extra"
  end, { argnums = { 1, -1 } })(x, x * 5)
  lu.assertEquals({ value:item(), gradients[1]:item(), gradients[2]:item(), aux }, { 20, 10, 2, "extra" })
  local w = leaf { 3 }
  first(w):sum():backward()
  lu.assertEquals(w.grad:item(), 12 * 9)
end

TestCheckpoint = {}

function TestCheckpoint.test_same_numbers_with_noise_and_captured_weights()
  local function run(wrap)
    pn.seed(3)
    local x, w = leaf { 0.3, -0.7 }, leaf { 1.5, 2.5 }
    local function block(t) return (t * w + pn.randn { 2, dtype = "float64" }):tanh() * pn.rand { 2, dtype = "float64" } end
    local y = wrap(block, wrap(block, x))
    y:sum():backward(nil, { retain_graph = true })
    local first = { y:totable(), x.grad:totable(), w.grad:totable(), pn.rand(1):item() }
    x.grad, w.grad = nil, nil
    local g = pn.grad(y:sum(), x, { create_graph = true })
    ;(g * g):sum():backward()
    return first, pn.cat { g:detach(), x.grad, w.grad }
  end
  local function compare(wrap, expected, second)
    local first, other = run(wrap)
    lu.assertEquals(first, expected) -- bit for bit
    lu.assertTrue((other - second):abs():max():item() < 1e-15)
  end
  local plain, second = run(function(f, x) return f(x) end)
  compare(pn.autograd.checkpoint, plain, second)
  compare(function(f, x)
    return pn.autograd.checkpoint(function(t) return pn.autograd.checkpoint(f, t) end, x)
  end, plain, second)
end

function TestCheckpoint.test_a_changed_input_is_noticed()
  local x = leaf { 1, 2 }
  local y = x * 1
  local z = pn.autograd.checkpoint(function(t) return t:exp() end, y)
  y:add_(1)
  lu.assertErrorMsgContains("checkpoint", function() z:sum():backward() end)
end

TestAnomaly = {}

function TestAnomaly.test_names_operation_and_line()
  local x = leaf { 0 }
  do
    local _ <close> = pn.autograd.detect_anomaly()
    local y = x:sqrt() * 0 -- the line that the error names
    local ok, message = pcall(function() y:sum():backward() end)
    lu.assertFalse(ok)
    lu.assertStrContains(message, "backward of 'sqrt': made NaN in the gradient of its input 1; ")
    lu.assertStrMatches(message, ".*called at .*%.lua:%d+")
  end
  ;(x:sqrt() * 0):sum():backward()
  lu.assertTrue(x.grad:isnan():totable()[1])
  do
    local _ <close> = pn.autograd.detect_anomaly { check_forward = true }
    lu.assertErrorMsgContains("log: made NaN", function() return (x - 1):log() end)
  end
end

TestGradcheck = {}

function TestGradcheck.test_finds_a_wrong_derivative()
  local wrong = pn.autograd.fn {
    forward = function(_, x) return x * x end, backward = function(_, g) return g end,
  }
  lu.assertErrorMsgContains("output 1[1] by input 1[1]", function()
    pn.gradcheck(wrong, leaf { 3 })
  end)
  lu.assertErrorMsgContains("float64", function()
    pn.gradcheck(wrong, pn.ones(1):requires_grad_())
  end)
end

function TestAutograd.test_set_grad_enabled_and_field()
  local x = pn.ones(2)
  x.requires_grad = true
  lu.assertTrue(x.requires_grad and x.is_leaf)
  do
    local _ <close> = pn.set_grad_enabled(false)
    lu.assertFalse((x * 2).requires_grad)
  end
  lu.assertTrue((x * 2).requires_grad)
end

function TestAutograd.test_an_error_in_a_hook_leaves_the_graph_as_it_was()
  local x = pn.ones(2, { requires_grad = true })
  local h = x * 2
  local handle = h:register_hook(function() error("inside") end)
  local y = (h * h):sum()
  lu.assertErrorMsgContains("inside", function() y:backward(nil, { retain_graph = true }) end)
  lu.assertNil(x.grad)
  handle:remove()
  y:backward()
  lu.assertEquals(x.grad:totable(), { 8, 8 })
end

function TestAutograd.test_a_hook_may_differentiate_but_not_the_same_graph()
  local x = pn.ones(2, { requires_grad = true })
  local h = x * 3
  h:register_hook(function()
    local _ <close> = pn.enable_grad()
    local y = (x * x):sum()
    y:backward()
  end)
  h:sum():backward()
  lu.assertEquals(x.grad:totable(), { 5, 5 })
  local k = x * 3
  k:register_hook(function()
    local _ <close> = pn.enable_grad()
    k:sum():backward()
  end)
  lu.assertErrorMsgContains("further out", function() k:sum():backward() end)
end

function TestAutograd.test_a_hook_leaves_the_gradient_mode_as_it_was()
  local function elsewhere() coroutine.wrap(function() pn.ones(1) end)() end
  local hooks = {
    function() local _ <close> = pn.enable_grad() end,
    function() pn.enable_grad() end, -- never closed, but collected
    function() local _ <close> = pn.no_grad() end,
    elsewhere,
  }
  for _, hook in ipairs(hooks) do
    local x = pn.ones(2, { requires_grad = true })
    local h = x * 3
    h:register_hook(hook)
    h:sum():backward()
    lu.assertFalse(x.grad.requires_grad)
    collectgarbage()
    elsewhere()
    lu.assertTrue(pn.is_grad_enabled())
  end
end

function TestAutograd.test_a_hook_cannot_yield()
  local x = pn.ones(2, { requires_grad = true })
  local h = x * 3
  h:register_hook(coroutine.yield)
  local resumed, message = coroutine.resume(coroutine.create(function() h:sum():backward() end))
  lu.assertFalse(resumed)
  lu.assertStrContains(message, "yield")
end

return lu.LuaUnit.run("--output", "nil")
