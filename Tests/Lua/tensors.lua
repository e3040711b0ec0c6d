-- Tensors from Lua: creation, operators, indexing, printing.
local pn = require "penumbra"
local lu = require "luaunit"

TestTensors = {}

local function same(x, expected)
  lu.assertEquals(x:totable(), expected)
end

function TestTensors.test_creation_takes_its_type_from_the_elements()
  lu.assertEquals(pn.tensor({ 1, 2 }).dtype, "int64")
  lu.assertEquals(pn.tensor({ 1, 2.5 }).dtype, "float32")
  lu.assertEquals(pn.tensor({ true, false }).dtype, "bool")
  lu.assertEquals(pn.tensor({ 1, 2 }, { dtype = "float64" }).dtype, "float64")
  local exact = pn.tensor { 0.999, dtype = "float64", requires_grad = true }
  lu.assertEquals({ exact.dtype, exact:item(), exact.requires_grad }, { "float64", 0.999, true })
  lu.assertEquals(pn.full({ 1 }, 1.3, { dtype = "float64" }):item(), 1.3)
  lu.assertErrorMsgContains("unknown option 'dtpe' (did you mean 'dtype'?)", pn.tensor, { 1, dtpe = "bool" })
  lu.assertErrorMsgContains("beside a table of options", pn.tensor, { 1, dtype = "bool" }, {})
  lu.assertEquals(pn.tensor(3):dim(), 0)
  same(pn.tensor { { 1, 2 }, { 3, 4 } }, { { 1, 2 }, { 3, 4 } })
end

function TestTensors.test_ranges_are_inclusive_and_count_from_one()
  same(pn.arange(3), { 1, 2, 3 })
  same(pn.arange(2, 6, 2), { 2, 4, 6 })
  same(pn.arange(0, 1, 0.25), { 0, 0.25, 0.5, 0.75, 1 })
  same(pn.linspace(0, 1, 3), { 0, 0.5, 1 })
end

function TestTensors.test_operators_are_elementwise_with_numbers_on_either_side()
  local x = pn.tensor { 1.0, 2.0, 4.0 }
  same(x + 1, { 2, 3, 5 })
  same(1 - x, { 0, -1, -3 })
  same(2 * x, { 2, 4, 8 })
  same(4 / x, { 4, 2, 1 })
  same(x ^ 2, { 1, 4, 16 })
  same(2 ^ x, { 2, 4, 16 })
  same(-x, { -1, -2, -4 })
  same(x % 3, { 1, 2, 1 })
  same(x // 3, { 0, 0, 1 })
  same(x + pn.tensor { { 1 }, { 10 } }, { { 2, 3, 5 }, { 11, 12, 14 } })
end

function TestTensors.test_masks()
  local x = pn.tensor { -1.0, 2.0, 3.0 }
  same(x:gt(0) & x:lt(3), { false, true, false })
  same(~x:gt(0), { true, false, false })
  same(x[x:gt(0)], { 2, 3 })
  x[x:lt(0)] = 7
  same(x, { 7, 2, 3 })
end

function TestTensors.test_identity_and_equality()
  local x = pn.ones(2)
  lu.assertTrue(x == x)
  lu.assertFalse(x == x:clone())
  lu.assertTrue(x:equal(x:clone()))
end

function TestTensors.test_indexing_reads_views()
  local x = pn.arange(12):reshape(3, 4)
  same(x[2], { 5, 6, 7, 8 })
  same(x[-1], { 9, 10, 11, 12 })
  lu.assertEquals(x[{ 2, 3 }]:item(), 7)
  same(x[{ {}, 1 }], { 1, 5, 9 })
  same(x[{ { 2, -1 }, { 1, 2 } }], { { 5, 6 }, { 9, 10 } })
  same(x[{ 1, { 1, -1, 2 } }], { 1, 3 })
  same(x[{ 1, { -1, 1, -1 } }], { 4, 3, 2, 1 })
  same(x[pn.tensor { 3, 1 }], { { 9, 10, 11, 12 }, { 1, 2, 3, 4 } })
  x[2]:fill_(0)
  same(x[2], { 0, 0, 0, 0 })
  lu.assertEquals(#x, 3)
end

function TestTensors.test_indexing_writes()
  local x = pn.zeros(2, 3)
  x[{ 1, 2 }] = 5
  x[2] = pn.tensor { 1.0, 2.0, 3.0 }
  x[{ {}, 3 }] = -1
  same(x, { { 0, 5, -1 }, { 1, 2, -1 } })
  x[{ {}, pn.tensor { 3, 1 } }] = pn.tensor { { 7.0 }, { 8.0 } }
  same(x, { { 7, 5, 7 }, { 8, 2, 8 } })
end

function TestTensors.test_reductions()
  local x = pn.tensor { { 1.0, 5.0 }, { 3.0, 2.0 } }
  lu.assertEquals(x:sum():item(), 11)
  same(x:sum(1), { 4, 7 })
  same(x:mean(2, true), { { 3 }, { 2.5 } })
  local values, indices = x:max(2)
  same(values, { 5, 3 })
  same(indices, { 2, 1 })
  lu.assertEquals(x:argmax():item(), 2)
end

function TestTensors.test_in_place_twins_return_self()
  local x = pn.ones(2)
  lu.assertTrue(x:add_(1):mul_(3) == x)
  same(x, { 6, 6 })
end

function TestTensors.test_random_numbers_repeat_with_the_seed()
  pn.seed(5)
  local a, b = pn.randn(100), pn.rand(100)
  pn.seed(5)
  lu.assertTrue(a:equal(pn.randn(100)))
  lu.assertTrue(b:equal(pn.rand(100)))
  local g = pn.generator(5)
  lu.assertTrue(a:equal(pn.randn { 100, generator = g }))
  local r = pn.randint(1, 6, { 1000 })
  lu.assertEquals({ r:min():item(), r:max():item() }, { 1, 6 })
  local sorted = {}
  for _, v in ipairs(pn.randperm(50):totable()) do sorted[v] = true end
  lu.assertEquals(#sorted, 50)
end

function TestTensors.test_printing()
  lu.assertStrContains(tostring(pn.tensor { { 1, 2 }, { 3, 4 } }), "[[1, 2],")
  lu.assertStrContains(tostring(pn.zeros { 2, dtype = "float64" }), "float64")
end

function TestTensors.test_sizes()
  local x = pn.zeros(2, 3, 4)
  lu.assertEquals(x:size(), { 2, 3, 4 })
  lu.assertEquals({ x:size(1), x:size(-1), #x }, { 2, 4, 2 })
  lu.assertEquals({ x:dim(), x:numel() }, { 3, 24 })
  lu.assertEquals({ pn.zeros(0, 5):numel(), pn.tensor(1):numel() }, { 0, 1 })
end

function TestTensors.test_filling_and_copying_in_place()
  local x = pn.ones(2, 2)
  lu.assertTrue(x:zero_() == x)
  same(x, { { 0, 0 }, { 0, 0 } })
  same(x:fill_(2.5), { { 2.5, 2.5 }, { 2.5, 2.5 } })
  same(x:copy_(pn.tensor { 7, 8 }), { { 7, 8 }, { 7, 8 } }) -- broadcast and converted
  lu.assertErrorMsgContains("copy_", function() x:copy_(pn.ones(3)) end)
end

function TestTensors.test_matmul_precision_takes_two_words()
  pn.set_matmul_precision "highest"
  lu.assertEquals(pn.matmul_precision(), "highest")
  lu.assertErrorMsgContains("bfloat16", pn.set_matmul_precision, "high")
  lu.assertErrorMsgContains("precision", pn.set_matmul_precision)
  lu.assertEquals(pn.matmul_precision(), "highest")
end

return lu.LuaUnit.run("--output", "nil")
