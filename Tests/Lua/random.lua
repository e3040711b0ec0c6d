-- Random numbers from Lua: distributions, options, in-place fills, generators.
local pn = require "penumbra"
local lu = require "luaunit"

TestRandom = {}

local function shape(x) return x:size() end

function TestRandom.test_sizes_and_options()
  lu.assertEquals(shape(pn.normal(0, 1, 2, 3)), {2, 3})
  lu.assertEquals(shape(pn.normal(0, 1, {2, 3})), {2, 3})
  local x = pn.gamma(2, 1, {4, dtype = "float64", generator = pn.generator(3)})
  lu.assertEquals(x.dtype, "float64")
  lu.assertTrue(x:equal(pn.gamma(2, 1, {4, dtype = "float64", generator = pn.generator(3)})))
  lu.assertEquals(shape(pn.poisson(3)), {})
  lu.assertEquals(shape(pn.uniform(pn.zeros(2, 1), pn.ones(3))), {2, 3})
  lu.assertErrorMsgContains("unknown option 'dtyp'", pn.normal, 0, 1, {2, dtyp = "float64"})
  lu.assertErrorMsgContains("poisson: rate: expected numbers from 0", pn.poisson, -1)
end

function TestRandom.test_each_distribution_draws()
  for _, call in ipairs {
    {"normal", 0, 1}, {"log_normal", 0, 1}, {"uniform", 0, 1}, {"laplace", 0, 1},
    {"cauchy", 0, 1}, {"gumbel", 0, 1}, {"student_t", 4}, {"truncated_normal", 0, 1, -1, 1},
    {"exponential", 1}, {"gamma", 1, 1}, {"chi2", 2}, {"beta", 1, 1}, {"weibull", 1, 1},
    {"poisson", 3}, {"geometric", 0.5}, {"binomial", 5, 0.5},
  } do
    local name = table.remove(call, 1)
    local t = {}
    for i, v in ipairs(call) do t[i] = pn.full({50}, v) end
    local x = pn[name](table.unpack(t))
    lu.assertEquals(shape(x), {50}, name)
    lu.assertTrue(x:isfinite():to("int64"):sum():item() == 50, name)
  end
end

function TestRandom.test_categories_count_from_one()
  local x = pn.multinomial(pn.tensor {0.0, 1.0, 0.0}, 4, {replacement = true})
  lu.assertEquals(x:totable(), {2, 2, 2, 2})
  lu.assertEquals(pn.categorical(pn.eye(3)):totable(), {1, 2, 3})
  lu.assertEquals(pn.categorical(pn.eye(3) * 1e4, {logits = true}):totable(), {1, 2, 3})
  local all = pn.multinomial(pn.ones(5), 5):totable()
  table.sort(all)
  lu.assertEquals(all, {1, 2, 3, 4, 5})
  lu.assertErrorMsgContains("at most 5 draws", pn.multinomial, pn.ones(5), 6)
end

function TestRandom.test_fills()
  local g = pn.generator(1)
  local x = pn.zeros(1000)
  lu.assertTrue(x:uniform_(2, 3, {generator = g}) == x)
  lu.assertTrue(x:ge(2):to("int64"):sum():item() == 1000 and x:lt(3):to("int64"):sum():item() == 1000)
  lu.assertAlmostEquals(x:normal_(5, 0.1):mean():item(), 5, 0.05)
  lu.assertAlmostEquals(x:exponential_(4):mean():item(), 0.25, 0.05)
  lu.assertAlmostEquals(x:bernoulli_(pn.full({1000}, 0.25)):mean():item(), 0.25, 0.07)
  local dice = pn.zeros(600):to("int64"):random_(1, 6)
  lu.assertEquals(dice.dtype, "int64")
  local seen = {}
  for _, face in ipairs(dice:totable()) do seen[face] = true end
  lu.assertEquals(seen, {true, true, true, true, true, true})
  local bits = pn.zeros(100):to("bool"):bernoulli_()
  lu.assertEquals(bits.dtype, "bool")
  lu.assertErrorMsgContains("float32 or float64", function() dice:normal_() end)
  -- A column is filled alone.
  local m = pn.zeros(4, 3)
  m:select(2, 2):normal_(10, 1)
  lu.assertEquals(m:select(2, 1):totable(), {0, 0, 0, 0})
  lu.assertTrue(m:select(2, 2):gt(4):to("int64"):sum():item() == 4)
end

function TestRandom.test_generators()
  local g = pn.generator(5)
  local state = g:state()
  local a = pn.randn {7, generator = g}
  lu.assertTrue(g:set_state(state) == g)
  lu.assertTrue(a:equal(pn.randn {7, generator = g}))
  lu.assertTrue(a:equal(pn.randn {7, generator = g:manual_seed(5)}))
  local copy = g:clone()
  lu.assertTrue(pn.randn {7, generator = g}:equal(pn.randn {7, generator = copy}))
  lu.assertFalse(pn.randn {7, generator = g:split()}:equal(pn.randn {7, generator = g:split()}))
  lu.assertEquals(g:seed(), g:initial_seed())
  lu.assertErrorMsgContains("table of 3 integers", function() g:set_state {1, 2} end)
  pn.manual_seed(3)
  lu.assertEquals(pn.initial_seed(), 3)
  local s = pn.get_rng_state()
  local b = pn.rand(4)
  pn.set_rng_state(s)
  lu.assertTrue(b:equal(pn.rand(4)))
end

function TestRandom.test_samples_are_differentiable()
  local mean = pn.tensor({1.0, 2.0}, {requires_grad = true})
  local std = pn.tensor({0.5, 0.5}, {requires_grad = true})
  local x = pn.normal(mean, std)
  x:sum():backward()
  lu.assertEquals(mean.grad:totable(), {1, 1})
  lu.assertTrue(((x - mean) / std - std.grad):abs():lt(1e-5):to("int64"):sum():item() == 2)
end

function TestRandom.test_integers_and_orders()
  local throws = pn.randint(1, 6, {6000})
  lu.assertEquals(throws.dtype, "int64")
  lu.assertEquals({throws:min():item(), throws:max():item()}, {1, 6})
  lu.assertTrue((throws:to("float64"):mean() - 3.5):abs():item() < 0.1) -- 4.5 standard errors
  lu.assertEquals(pn.randperm(9):sort():totable(), pn.arange(9):totable())
  local x = pn.arange(8):view(4, 2)
  local shuffled = pn.shuffle(x)
  lu.assertEquals(shuffled:select(2, 1):sort():totable(), {1, 3, 5, 7})
  lu.assertTrue((shuffled:select(2, 2) - shuffled:select(2, 1)):eq(1):all())
end

function TestRandom.test_the_shape_and_type_of_another()
  local x = pn.zeros {2, 3, dtype = "float64"}
  for _, y in ipairs {pn.rand_like(x), pn.randn_like(x), pn.randint_like(x, 4, 4)} do
    lu.assertEquals({y:size(1), y:size(2), y.dtype}, {2, 3, "float64"})
  end
  lu.assertEquals(pn.randint_like(x, 4, 4):sum():item(), 24)
  local y = pn.rand_like(x, {dtype = "float32", generator = pn.generator(1)})
  lu.assertTrue(y:equal(pn.rand(2, 3, {generator = pn.generator(1)})))
  lu.assertTrue(y:ge(0):all() and y:lt(1):all())
end

function TestRandom.test_dirichlet_rows_sum_to_one_with_the_means_of_alpha()
  local rows = pn.dirichlet(pn.tensor({1.0, 2.0, 5.0}, {dtype = "float64"}), 4000, 3)
  lu.assertTrue((rows:sum(2) - 1):abs():max():item() < 1e-12)
  -- var x_i = α_i (8 − α_i) / (8² · 9); five standard errors
  lu.assertTrue((rows:mean(1) - pn.tensor {1 / 8, 2 / 8, 5 / 8}):abs():max():item() < 0.013)
end

function TestRandom.test_the_default_generator_is_the_stream_of_seed()
  pn.seed(7)
  local a = pn.randn(5)
  pn.seed(7)
  lu.assertTrue(a:equal(pn.randn(5, {generator = pn.default_generator()})))
end

return lu.LuaUnit.run("--output", "nil")
