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
  local gx, gy, gz = pn.grad((x * y):sum(), { x, y, z })
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

return lu.LuaUnit.run("--output", "nil")
