-- A tensor on both sides of a change in place: the old values are read before anything is written.
local pn = require "penumbra"
local lu = require "luaunit"

TestAliasing = {}

local function fresh() return pn.tensor { { 1.0, 2.0, 3.0 }, { 4.0, 5.0, 6.0 }, { 7.0, 8.0, 9.0 } } end

--- change(x) makes of fresh() what expected(x) computes from another fresh().
local function check(change, expected)
  local x = fresh()
  change(x)
  local wanted = expected(fresh())
  lu.assertTrue(x:equal(wanted), tostring(x) .. "\ninstead of\n" .. tostring(wanted))
end

function TestAliasing.test_arithmetic()
  check(function(x) x:add_(x:t()) end, function(x) return x + x:t() end)
  check(function(x) x:mul_(x:t()) end, function(x) return x * x:t() end)
  check(function(x) x:sub_(x:flip(1)) end, function(x) return x - x:flip(1) end)
  check(function(x) x:t():add_(x) end, function(x) return x + x:t() end)
  check(function(x) x:sub_(x[1]) end, function(x) return x - x[1]:clone() end)
  check(function(x) x:div_(x[{ {}, { 1, 1 } }]) end, function(x) return x / x[{ {}, { 1, 1 } }]:clone() end)
  check(function(x) x:addmm_(x, x) end, function(x) return x + x:matmul(x) end)
  check(function(x) x:addcmul_(x:t(), x) end, function(x) return x + x:t() * x end)
  check(function(x) x:lerp_(x:t(), 0.5) end, function(x) return (x + x:t()) / 2 end)
  check(function(x) x:pow_(x:t() / 9) end, function(x) return x:pow(x:t() / 9) end)
end

function TestAliasing.test_copies()
  check(function(x) x:copy_(x:t()) end, function(x) return x:t() end)
  check(function(x) x:copy_(x:flip(1)) end, function(x) return x:flip(1) end)
  check(function(x) x[{ { 2, -1 } }] = x[{ { 1, -2 } }] end, function(x) return pn.stack { x[1], x[1], x[2] } end)
  check(function(x) x[{ { 1, -2 } }] = x[{ { 2, -1 } }] end, function(x) return pn.stack { x[2], x[3], x[3] } end)
  check(function(x) x[{ { -1, 1, -1 } }] = x end, function(x) return x:flip(1) end)
end

function TestAliasing.test_positions()
  local backwards = pn.tensor { 3, 2, 1 }
  check(function(x) x:index_add_(1, backwards, x) end, function(x) return x + x:flip(1) end)
  check(function(x) x:index_copy_(1, backwards, x) end, function(x) return x:flip(1) end)
  check(function(x) x[backwards] = x end, function(x) return x:flip(1) end)
  check(function(x) x:masked_scatter_(x:gt(0), x:t()) end, function(x) return x:t() end)
  local rows = backwards:unsqueeze(2):expand(3, 3)
  check(function(x) x:scatter_add_(1, rows, x) end, function(x) return x + x:flip(1) end)
  check(function(x) x:scatter_(1, rows, x) end, function(x) return x:flip(1) end)
  local index = pn.arange(3)
  index[index] = index:flip(1) -- the positions are the target
  lu.assertTrue(index:equal(backwards))
  index:index_add_(1, index, index)
  lu.assertEquals(index:totable(), { 4, 4, 4 })
end

return lu.LuaUnit.run("--output", "nil")
