-- Sorting, order statistics, counting and running reductions from Lua: indices count from 1.
local pn = require "penumbra"
local lu = require "luaunit"

TestOrdering = {}

local function same(x, expected)
  lu.assertEquals(x:totable(), expected)
end

local function both(expected_values, expected_indices, values, indices)
  same(values, expected_values)
  same(indices, expected_indices)
  lu.assertEquals(indices.dtype, "int64")
end

local x = pn.tensor { { 3, 1, 2 }, { 9, 7, 8 } }

function TestOrdering.test_sorting_gives_values_and_indices_from_one()
  both({ { 1, 2, 3 }, { 7, 8, 9 } }, { { 2, 3, 1 }, { 2, 3, 1 } }, x:sort())
  both({ { 9, 7, 8 }, { 3, 1, 2 } }, { { 2, 2, 2 }, { 1, 1, 1 } }, x:sort(1, true))
  same(x:argsort(-1, true), { { 1, 3, 2 }, { 1, 3, 2 } })
  same(pn.tensor({ { 9, 7, 8 }, { 3, 1, 2 } }):msort(), { { 3, 1, 2 }, { 9, 7, 8 } })
  both({ { 3, 2 }, { 9, 8 } }, { { 1, 3 }, { 1, 3 } }, x:topk(2))
  both({ { 1 }, { 7 } }, { { 2 }, { 2 } }, x:topk(1, 2, { largest = false }))
end

function TestOrdering.test_order_statistics()
  both({ 2, 8 }, { 3, 3 }, x:kthvalue(2))
  both({ { 2 }, { 8 } }, { { 3 }, { 3 } }, x:median(2, true))
  lu.assertEquals(x:median():item(), 3)
  both({ 2 }, { 3 }, pn.tensor { { 1, 2, 2 } }:mode())
  local y = pn.tensor { 1.0, 2.0, 3.0, 4.0 }
  lu.assertEquals(y:quantile(0.5):item(), 2.5)
  same(y:quantile({ 0, 0.5 }, 1, false, { interpolation = "lower" }), { 1, 2 })
  same(pn.quantile(y, pn.tensor { 0.25, 1 }), { 1.75, 4 })
  lu.assertEquals(pn.tensor { 1.0, 0 / 0, 3.0 }:nanquantile(1):item(), 3)
  lu.assertEquals(pn.tensor { 1.0, 0 / 0, 3.0 }:nanmedian():item(), 1)
end

function TestOrdering.test_extremes_over_everything_dimensions_and_pairs()
  both({ 1, 7 }, { 2, 2 }, x:min(2))
  both({ 9, 7, 8 }, { 2, 2, 2 }, x:max(1))
  lu.assertEquals(x:max():item(), 9)
  lu.assertEquals(x:max { 1, 2 }:item(), 9)
  same(x:max(pn.tensor { 5, 5, 5 }), { { 5, 5, 5 }, { 9, 7, 8 } })
  same(x:amax(2), { 3, 9 })
  local low, high = x:aminmax(2)
  same(low, { 1, 7 })
  same(high, { 3, 9 })
end

function TestOrdering.test_truth_over_nothing_is_a_boolean_and_over_dimensions_a_tensor()
  lu.assertTrue(x:gt(0):all())
  lu.assertFalse(x:gt(9):any())
  same(x:gt(2):all(2), { false, true })
  same(x:gt(2):any(1, true), { { true, true, true } })
  lu.assertEquals(x:gt(2):count_nonzero():item(), 4)
end

function TestOrdering.test_counting()
  local values, inverse, counts =
    pn.tensor { 5, 2, 5 }:unique(nil, { return_inverse = true, return_counts = true })
  same(values, { 2, 5 })
  same(inverse, { 2, 1, 2 })
  same(counts, { 1, 2 })
  local _, only_counts = pn.tensor { 5, 2, 5 }:unique(nil, { return_counts = true })
  same(only_counts, { 1, 2 })
  same(pn.tensor { 5, 5, 2, 5 }:unique_consecutive(), { 5, 2, 5 })
  same(pn.tensor { 1, 3, 1 }:bincount(), { 2, 0, 1 })
  same(pn.tensor { 1, 3, 1 }:bincount { weights = pn.tensor { 0.5, 1, 2 }, minlength = 4 }, { 2.5, 0, 1, 0 })
  same(pn.tensor { 0.1, 0.6, 0.9 }:histc(2, 0, 1), { 1, 2 })
  local density, edges = pn.tensor { 0.1, 0.6, 0.9 }:histogram(2, { range = { 0, 1 }, density = true })
  lu.assertAlmostEquals(density:sum():item(), 2, 1e-6)
  same(edges, { 0, 0.5, 1 })
end

function TestOrdering.test_searching()
  local edges = pn.tensor { 1.0, 3.0, 5.0 }
  same(edges:searchsorted(pn.tensor { 0.0, 3.0, 9.0 }), { 1, 2, 4 })
  lu.assertEquals(edges:searchsorted(3, true):item(), 3)
  same(pn.tensor { 0.0, 3.0 }:bucketize(edges), { 1, 2 })
  same(x:isin(pn.tensor { 9, 2 }), { { false, false, true }, { true, false, false } })
end

function TestOrdering.test_running_reductions()
  same(x:cumsum(2), { { 3, 4, 6 }, { 9, 16, 24 } })
  same(x:cumprod(1), { { 3, 1, 2 }, { 27, 7, 16 } })
  lu.assertEquals(x:cumsum(2, { dtype = "float64" }).dtype, "float64")
  both({ 1, 3, 3 }, { 1, 2, 2 }, pn.tensor { 1, 3, 2 }:cummax(1))
  both({ 1, 1, 1 }, { 1, 1, 3 }, pn.tensor { 1, 3, 1 }:cummin(1))
  same(x:diff(), { { -2, 1 }, { -2, 1 } })
  same(x:diff(1, 1, { prepend = pn.tensor { { 0, 0, 0 } } }), { { 3, 1, 2 }, { 6, 6, 6 } })
  lu.assertEquals(pn.tensor { 1.0, 2.0, 4.0 }:trapezoid():item(), 4.5)
  same(pn.tensor { 1.0, 2.0, 4.0 }:cumulative_trapezoid(nil, { dx = 2 }), { 3, 9 })
end

function TestOrdering.test_norms_take_the_order_first()
  local y = pn.tensor { { 3.0, -4.0 }, { 0.0, 1.0 } }
  same(y:norm(2, 2), { 5, 1 })
  same(y:norm(1, 1), { 3, 5 })
  lu.assertEquals(y:norm(math.huge):item(), 4)
  lu.assertEquals(y:norm("fro"):item(), pn.tensor { 26.0 }:sqrt():item())
  same(y:cdist(pn.tensor { { 0.0, 0.0 } }, 1), { { 7 }, { 1 } })
  local variance, mean = y:var_mean(2, false, { correction = 0 })
  same(variance, { 12.25, 0.25 })
  same(mean, { -0.5, 0.5 })
  lu.assertEquals(y:sum(nil, false, { dtype = "float64" }).dtype, "float64")
  lu.assertAlmostEquals(y:logsumexp():item(), pn.logsumexp(y, { 1, 2 }):item(), 1e-6)
end

function TestOrdering.test_errors_name_the_argument()
  lu.assertErrorMsgContains("topk: k: expected 0 to 3, got 4", function() x:topk(4) end)
  lu.assertErrorMsgContains("kthvalue: k: expected 1 to 3, got 0", function() x:kthvalue(0) end)
  lu.assertErrorMsgContains("q: expected numbers from 0 to 1", function() pn.ones(2):quantile(2) end)
  lu.assertErrorMsgContains("interpolation", function() pn.ones(2):quantile(0.5, 1, false, { interpolation = "cubic" }) end)
  lu.assertErrorMsgContains("0 is none", function() x:sort(0) end)
  lu.assertErrorMsgContains("0 is none", function() pn.tensor { 0, 1 }:bincount() end)
end

return lu.LuaUnit.run("--output", "nil")
