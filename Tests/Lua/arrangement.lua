-- Views, joining, padding, scattering and `x[...]` from Lua.
local pn = require "penumbra"
local lu = require "luaunit"

TestArrangement = {}

local function same(x, expected)
  lu.assertEquals(x:totable(), expected)
end

local function sizes(x, expected)
  lu.assertEquals(x:size(), expected)
end

function TestArrangement.test_index_tables_and_words()
  local x = pn.arange(12):reshape(3, 4)
  same(x[{ { { 3, 1 } } }], { { 9, 10, 11, 12 }, { 1, 2, 3, 4 } })
  same(x[{ {}, { { 1, -1 } } }], { { 1, 4 }, { 5, 8 }, { 9, 12 } })
  same(x[{ { { 1, 3 } }, { { 2, 4 } } }], { 2, 12 })
  same(x[{ { { true, false, true } }, 1 }], { 1, 9 })
  same(x[{ "...", 2 }], { 2, 6, 10 })
  sizes(x["..."], { 3, 4 })
  sizes(x[pn.newaxis], { 1, 3, 4 })
  sizes(x[{ {}, pn.newaxis, 1 }], { 3, 1 })
  sizes(x[{ "...", pn.newaxis }], { 3, 4, 1 })
  sizes(x[{ { 3, 2 } }], { 0, 4 })
end

function TestArrangement.test_index_tensors_broadcast_and_take_their_place_as_in_numpy()
  local x = pn.arange(24):reshape(2, 3, 4)
  local i, j = pn.tensor { { 1 }, { 2 } }, pn.tensor { 1, 3 }
  same(x[{ i, j, 1 }], { { 1, 9 }, { 13, 21 } })
  sizes(x[{ {}, j }], { 2, 2, 4 })
  sizes(x[{ pn.tensor { 1, 2 }, {}, pn.tensor { 4, 1 } }], { 2, 3 })
  same(x[{ pn.tensor { 1, 2 }, {}, pn.tensor { 4, 1 } }], { { 4, 8, 12 }, { 13, 17, 21 } })
  same(x[{ {}, pn.tensor { true, false, true }, 2 }], { { 2, 10 }, { 14, 22 } })
end

function TestArrangement.test_assignment_takes_numbers_tensors_and_tables()
  local x = pn.zeros(3, 3)
  x[1] = { 1, 2, 3 }
  x[{ {}, 3 }] = -1
  x[{ { { 2, 3 } }, { { 1, 2 } } }] = { 5, 6 }
  same(x, { { 1, 2, -1 }, { 5, 0, -1 }, { 0, 6, -1 } })
  x[x:lt(0)] = pn.tensor { 7.0, 8.0, 9.0 }
  same(x[{ {}, 3 }], { 7, 8, 9 })
  x["..."] = 0
  lu.assertEquals(x:sum():item(), 0)
  local m = pn.zeros { 2, dtype = "bool" }
  m[2] = true
  same(m, { false, true })
  local n = pn.zeros { 3, dtype = "int64" }
  n[pn.tensor { 3, 1 }] = { 4, 5 }
  same(n, { 5, 0, 4 })
  lu.assertErrorMsgContains("a value that int64 can hold", function() n[1] = 0.5 end)
end

function TestArrangement.test_reading_and_writing_are_differentiated()
  local x = pn.tensor({ 1.0, 2.0, 3.0 }, { requires_grad = true })
  x[pn.tensor { 1, 1, 3 }]:square():sum():backward()
  same(x.grad, { 4, 0, 6 })
  local y = x * 2
  y[pn.tensor { 2 }] = x[{ { 1, 1 } }] * 10
  same(pn.grad(y:square():sum(), x), { 8 + 200, 0, 24 })
end

function TestArrangement.test_ranges_are_views()
  local x = pn.zeros(2, 3)
  x[{ {}, { 3, 1, -2 } }]:fill_(1)
  same(x, { { 1, 0, 1 }, { 1, 0, 1 } })
  x:unfold(2, 1, 1):fill_(4)
  lu.assertEquals(x:sum():item(), 24)
  x.T[1]:fill_(0)
  same(x, { { 0, 4, 4 }, { 0, 4, 4 } })
end

function TestArrangement.test_shapes_by_name()
  local x = pn.arange(24):reshape(2, 3, 4)
  sizes(x.mT, { 2, 4, 3 })
  lu.assertEquals(x.ndim, 3)
  lu.assertEquals(x:stride(), { 12, 4, 1 })
  sizes(x:movedim(1, -1), { 3, 4, 2 })
  sizes(x:movedim({ 1, 2 }, { 2, 3 }), { 4, 2, 3 })
  sizes(x:swapaxes(1, 3), { 4, 3, 2 })
  sizes(x:unflatten(3, { 2, -1 }), { 2, 3, 2, 2 })
  sizes(x:unsqueeze({ 1, -1 }):squeeze(1), { 2, 3, 4, 1 })
  sizes(x:view(6, -1), { 6, 4 })
  sizes(pn.atleast_3d(pn.ones(2)), { 1, 2, 1 })
  lu.assertErrorMsgContains("use reshape(), which copies", function() x.T:view(24) end)
end

function TestArrangement.test_splitting_and_joining()
  local x = pn.arange(7)
  lu.assertEquals(#x:split(3), 3)
  same(x:split({ 1, 6 })[2], { 2, 3, 4, 5, 6, 7 })
  same(x:chunk(3)[3], { 7 })
  same(x:tensor_split(3)[1], { 1, 2, 3 })
  same(x:tensor_split({ 2, -1 })[2], { 2, 3, 4, 5, 6 })
  same(pn.cat(x:split(2)), x:totable())
  same(pn.stack(pn.eye(2):unbind(2), 2), { { 1, 0 }, { 0, 1 } })
  same(pn.hstack { pn.tensor { 1 }, pn.tensor { 2, 3 } }, { 1, 2, 3 })
  same(pn.vstack { pn.tensor { 1, 2 }, pn.tensor { 3, 4 } }, { { 1, 2 }, { 3, 4 } })
  same(pn.column_stack { pn.tensor { 1, 2 }, pn.tensor { 3, 4 } }, { { 1, 3 }, { 2, 4 } })
end

function TestArrangement.test_repeating_and_rolling()
  local x = pn.tensor { { 1, 2 }, { 3, 4 } }
  same(x:tile(2), { { 1, 2, 1, 2 }, { 3, 4, 3, 4 } })
  same(x:repeat_interleave(2, 1), { { 1, 2 }, { 1, 2 }, { 3, 4 }, { 3, 4 } })
  same(x:repeat_interleave(pn.tensor { 0, 2 }, 2), { { 2, 2 }, { 4, 4 } })
  same(x:fliplr(), { { 2, 1 }, { 4, 3 } })
  same(x:flipud(), x:flip(1):totable())
  same(x:rot90(), { { 2, 4 }, { 1, 3 } })
  same(x:roll(1), { { 4, 1 }, { 2, 3 } })
  same(x:roll(1, 2), { { 2, 1 }, { 4, 3 } })
  same(pn.arange(3):pad({ 1, 2 }, { value = 9 }), { 9, 1, 2, 3, 9, 9 })
  same(pn.arange(3):pad({ 2, 1 }, { mode = "reflect" }), { 3, 2, 1, 2, 3, 2 })
  same(pn.arange(3):pad({ 1, 1 }, { mode = "circular" }), { 3, 1, 2, 3, 1 })
  same(pn.arange(3):pad({ 1, -1 }, { mode = "replicate" }), { 1, 1, 2 })
end

function TestArrangement.test_scattering_and_its_twins()
  local x = pn.zeros(2, 3)
  same(x:scatter(2, pn.tensor { { 3 }, { 1 } }, 5), { { 0, 0, 5 }, { 5, 0, 0 } })
  lu.assertTrue(x:scatter_(2, pn.tensor { { 3 }, { 1 } }, 5) == x)
  same(x:scatter(2, pn.tensor { { 3 }, { 1 } }, 2, { reduce = "multiply" }), { { 0, 0, 10 }, { 10, 0, 0 } })
  x:index_add_(1, { 2, 2 }, pn.ones(2, 3), { alpha = 0.5 })
  same(x, { { 0, 0, 5 }, { 6, 1, 1 } })
  x:index_fill_(2, { 1 }, -1)
  same(x, { { -1, 0, 5 }, { -1, 1, 1 } })
  x:masked_fill_(x:lt(0), 0)
  x:put_({ 1, -1 }, pn.tensor { 8.0, 9.0 })
  same(x, { { 8, 0, 5 }, { 0, 1, 9 } })
  same(x:take({ 1, -1 }), { 8, 9 })
  local v = pn.tensor { 1.0, 2.0 }
  same(v:scatter_reduce(1, { 1, 1 }, pn.tensor { 5.0, 3.0 }, "amax"), { 5, 2 })
  same(v:scatter_reduce(1, { 1, 1 }, pn.tensor { 5.0, 3.0 }, "mean", { include_self = false }), { 4, 2 })
  same(v:index_put({ pn.tensor { 1, 1 } }, 1, { accumulate = true }), { 3, 2 })
end

function TestArrangement.test_contiguity()
  local x = pn.arange(6):view(2, 3)
  lu.assertTrue(x:is_contiguous())
  lu.assertFalse(x:t():is_contiguous())
  lu.assertEquals(x:t():stride(), { 1, 3 })
  lu.assertTrue(x:t():contiguous():is_contiguous())
end

return lu.LuaUnit.run("--output", "nil")
