-- Parts written, choices, options of arithmetic, scalars' dimensions, LU factors from Lua.
local pn = require "penumbra"
local lu = require "luaunit"

TestSelection = {}

local function same(x, expected)
  lu.assertEquals(x:totable(), expected)
end

local function refuses(pattern, fn, ...)
  local ok, message = pcall(fn, ...)
  lu.assertFalse(ok)
  lu.assertStrContains(tostring(message), pattern)
end

function TestSelection.test_parts_are_counted_from_1()
  local x = pn.zeros(2, 3)
  same(x:select_scatter(pn.ones(3), 1, 2), { { 0, 0, 0 }, { 1, 1, 1 } })
  same(x:slice_scatter(pn.ones(2, 2), 2, 2), { { 0, 1, 1 }, { 0, 1, 1 } })
  same(x:slice_scatter(pn.ones(2, 2), 2, 1, -1, 2), { { 1, 0, 1 }, { 1, 0, 1 } })
  same(x:diagonal_scatter(pn.ones(2), 1), { { 0, 1, 0 }, { 0, 0, 1 } })
  same(x:index_reduce(1, { 2, 2 }, pn.tensor { { 1.0, 2, 3 }, { 3, 2, 1 } }, "amax"),
    { { 0, 0, 0 }, { 3, 2, 3 } })
  same(x:index_reduce_(1, { 1 }, pn.ones(1, 3), "mean", { include_self = false }),
    { { 1, 1, 1 }, { 0, 0, 0 } })
  refuses("select_scatter", x.select_scatter, x, pn.ones(2), 1, 2)
end

function TestSelection.test_choices()
  same(pn.tensor { { 0, 1 }, { 0, 0 } }:argwhere(), { { 1, 2 } })
  same(pn.block_diag(pn.ones(1, 2), pn.tensor(3.0)), { { 1, 1, 0 }, { 0, 0, 3 } })
  same(pn.cartesian_prod({ pn.tensor { 1, 2 }, pn.tensor { 3, 4 } }),
    { { 1, 3 }, { 1, 4 }, { 2, 3 }, { 2, 4 } })
  same(pn.combinations(pn.tensor { 1, 2, 3 }), { { 1, 2 }, { 1, 3 }, { 2, 3 } })
  refuses("combinations", pn.combinations, pn.arange(100), 50)
end

function TestSelection.test_options_of_arithmetic()
  local x = pn.tensor { 7, -7 }
  same(x:add(x, { alpha = 2 }), { 21, -21 })
  same(x:sub(1, { alpha = 3 }), { 4, -10 })
  same(x:div(2, { rounding_mode = "floor" }), { 3, -4 })
  same(x:div(2, { rounding_mode = "trunc" }), { 3, -3 })
  lu.assertEquals(x:div(2, { rounding_mode = "floor" }).dtype, "int64")
  refuses("rounding_mode", x.div, x, 2, { rounding_mode = "up" })
  refuses("alpha", x.add, x, x, { alpha = 0.5 })
  local y = pn.tensor { 1.0, 2.0 }
  y:add_(1, { alpha = 10 })
  same(y, { 11, 12 })
  same(y:masked_fill(y:gt(11), pn.tensor(5.0)), { 11, 5 })
  lu.assertEquals(y:softmax(1, { dtype = "float64" }).dtype, "float64")
end

function TestSelection.test_types()
  lu.assertEquals(pn.result_type(pn.tensor { 1 }, 0.5), "float32")
  lu.assertEquals(pn.result_type(pn.zeros(2), pn.tensor(1.0, { dtype = "float64" })), "float32")
  lu.assertEquals(pn.result_type(1, 2), "int64")
  lu.assertEquals(pn.promote_types("uint8", "int64"), "int64")
  lu.assertTrue(pn.can_cast("float64", "float32"))
  lu.assertFalse(pn.can_cast("int64", "bool"))
end

function TestSelection.test_a_scalar_has_dimensions_1_and_minus_1()
  local x = pn.tensor(2.0)
  for _, dim in ipairs { 1, -1 } do
    lu.assertEquals(x:sum(dim):item(), 2)
    lu.assertEquals(x:softmax(dim):item(), 1)
    lu.assertEquals(x:cumsum(dim):item(), 2)
    local values, indices = x:sort(dim)
    lu.assertEquals(values:item(), 2)
    lu.assertEquals(indices:item(), 1)
  end
  refuses("1 or -1", x.sum, x, 2)
end

function TestSelection.test_lu_factors()
  local a = pn.tensor({ { 1, 2 }, { 3, 4 } }, { dtype = "float64" })
  local P, L, U = pn.linalg.lu(a)
  lu.assertTrue((P:mm(L):mm(U)):allclose(a))
  local factors, pivots = pn.linalg.lu_factor(a)
  same(pivots, { 2, 2 })
  local b = pn.ones(2, 1, { dtype = "float64" })
  local x = pn.linalg.lu_solve(factors, pivots, b)
  lu.assertTrue(a:mm(x):allclose(b))
  lu.assertTrue(a.T:mm(pn.linalg.lu_solve(factors, pivots, b, { adjoint = true })):allclose(b))
  local q = pn.linalg.qr(pn.ones(3, 2), "complete")
  lu.assertEquals(q:size(), { 3, 3 })
  local u, _, vh = pn.linalg.svd(pn.ones(3, 2), { full_matrices = true })
  lu.assertEquals({ u:size(1), vh:size(1) }, { 3, 2 })
  lu.assertEquals(pn.linalg.vector_norm(a, 1):item(), 10)
  lu.assertEquals(pn.linalg.norm(a, 1):item(), 6)
  same(pn.linalg.diagonal(a), { 1, 4 })
end

return lu.LuaUnit.run("--output", "nil")
