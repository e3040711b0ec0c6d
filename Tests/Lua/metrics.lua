-- Metrics from Lua: each at its floor, ceiling or null, its options, and bad input by name.
local pn = require "penumbra"
local lu = require "luaunit"
local metrics = pn.metrics

TestMetrics = {}

local function refuses(part, fn, ...)
  local ok, message = pcall(fn, ...)
  lu.assertFalse(ok)
  lu.assertStrContains(tostring(message), part)
end

local function normal(seed, n, d) return pn.randn { n, d or 1, generator = pn.generator(seed) } end

function TestMetrics.test_a_perfect_sampler_and_a_null()
  local grid = pn.data.mixture("grid")
  local real = metrics.mode_coverage(grid:sample(2500, { generator = pn.generator(1) }), grid)
  lu.assertTrue(real.fully_covered)
  lu.assertEquals({ real.modes, real.captured }, { 25, 25 })
  lu.assertAlmostEquals(real.hq, 0.989, 0.008)
  lu.assertAlmostEquals(real.reverse_kl, 0.0048, 0.005)
  lu.assertAlmostEquals(real.sigma_ratio, 1, 0.03)
  lu.assertAlmostEquals(real.js, 0.0012, 0.0012)
  local null = metrics.mode_coverage(pn.rand { 2500, 2, generator = pn.generator(2) } * 10 - 5, grid)
  lu.assertAlmostEquals(null.hq, 0.018, 0.008)
  lu.assertAlmostEquals(null.captured, 21, 4)
  local strict = metrics.mode_coverage(grid:sample(2500), grid, { sigmas = 1, covered = 0.5 })
  lu.assertAlmostEquals(strict.hq, 1 - math.exp(-0.5), 0.05)
  lu.assertEquals(strict.covered, 0)
  local line = pn.data.mixture("line5")
  local report = metrics.mode_coverage(line:sample(2500, { generator = pn.generator(3) }), line)
  lu.assertEquals(report.degrees_of_freedom, 49)
  lu.assertTrue(report.chi_square < 100)
end

function TestMetrics.test_distances_on_the_line()
  local u = (pn.arange(100):to("float64") - 0.5) / 100
  lu.assertAlmostEquals(metrics.wasserstein(u, u + 0.3), 0.3, 1e-14)
  lu.assertAlmostEquals(metrics.wasserstein(u, u * 2), 0.5, 1e-14)
  lu.assertAlmostEquals(metrics.wasserstein(u, u - 2, { p = 3 }), 2, 1e-12)
  local line = pn.data.mixture("line6")
  local x = line:sample(2000, { generator = pn.generator(1) })
  lu.assertTrue(metrics.wasserstein(x, line) < 1)
  local value, freedom = metrics.chi_square(x, line, { cells = 20 })
  lu.assertEquals(freedom, 19)
  lu.assertTrue(value < 19 + 6 * math.sqrt(38))
  refuses("p): expected 1 for a Mixture, got 2", metrics.wasserstein, x, line, { p = 2 })
  refuses("p: expected a number from 1 to 64, got 0.5", metrics.wasserstein, u, u, { p = 0.5 })
  refuses("expected [n] or [n, 1]", metrics.wasserstein, pn.ones(3, 2), pn.ones(3, 2))
  refuses("argument 2 (y): expected Tensor or Mixture, got number", metrics.wasserstein, u, 3)
end

function TestMetrics.test_distances_anywhere()
  local x, y = normal(1, 300, 2), normal(2, 300, 2)
  for _, distance in ipairs { metrics.sliced_wasserstein, metrics.energy_distance, metrics.mmd } do
    lu.assertTrue(distance(x, x) < 1e-6)
    lu.assertTrue(distance(x, y + 2) > 10 * math.abs(distance(x, y)))
    lu.assertEquals(distance(x, y / 0), math.huge)
    refuses("points of 2 numbers", distance, x, pn.ones(3, 3))
    refuses("expected [n, ...]", distance, x, pn.zeros(0, 2))
  end
  -- Directions do not come from the run's generator, and are always the same.
  pn.seed(4)
  local before = pn.rand(1):item()
  pn.seed(4)
  local first = metrics.sliced_wasserstein(x, y)
  lu.assertEquals(pn.rand(1):item(), before)
  lu.assertEquals(metrics.sliced_wasserstein(x, y), first)
  lu.assertNotEquals(metrics.sliced_wasserstein(x, y, { generator = pn.generator(9) }), first)
  -- The closed form at the bandwidth 1.5: E k = 1.5²/(1.5² + 2) in two dimensions.
  local wide = metrics.mmd(x, y + 1, { bandwidths = { 1.5 } })
  local share = 2.25 / 4.25
  lu.assertAlmostEquals(wide, 2 * share - 2 * share * math.exp(-2 / 8.5), 0.06)
  lu.assertTrue(metrics.mmd(x, y, { kernel = "polynomial", degree = 2, unbiased = false }) >= 0)
  refuses("degree): the gaussian kernel has none", metrics.mmd, x, y, { degree = 2 })
  refuses("bandwidths): the polynomial kernel has none", metrics.mmd, x, y, { kernel = "polynomial", bandwidths = { 1 } })
  refuses("did you mean 'bandwidths'", metrics.mmd, x, y, { bandwidth = { 1 } })
  local kid, spread = metrics.kid(x, y, { subsets = 10, size = 100 })
  lu.assertAlmostEquals(kid, 0, 0.2)
  lu.assertTrue(spread > 0)
  refuses("kid: size: expected 2 to 300", metrics.kid, x, y, { size = 301 })
end

function TestMetrics.test_histograms()
  lu.assertEquals(metrics.jensen_shannon({ 1, 2 }, pn.tensor { 2, 4 }), 0)
  lu.assertAlmostEquals(metrics.jensen_shannon({ 1, 0 }, { 0, 1 }), math.log(2), 1e-15)
  refuses("expected 2 weights", metrics.jensen_shannon, { 1, 2 }, { 1 })
  refuses("weights ≥ 0", metrics.jensen_shannon, { 1, -2 }, { 1, 1 })
  local x = normal(1, 400)
  lu.assertEquals(metrics.sample_jensen_shannon(x, x), 0)
  lu.assertAlmostEquals(metrics.sample_jensen_shannon(x, x + 100), math.log(2), 1e-12)
  lu.assertAlmostEquals(metrics.sample_jensen_shannon(x, x + 100, { range = { -5, 5 }, bins = 10 }), math.log(2), 1e-12)
  refuses("range): expected {low, high}", metrics.sample_jensen_shannon, x, x, { range = { 1 } })
  refuses("at most 3 numbers", metrics.sample_jensen_shannon, pn.ones(2, 4), pn.ones(2, 4))
end

function TestMetrics.test_frechet_distances_and_their_features()
  local x, y = normal(1, 600, 4), normal(2, 600, 4)
  lu.assertTrue(metrics.frechet_distance(x, x) < 1e-12)
  lu.assertAlmostEquals(metrics.frechet_distance(x, x + 2), 16, 1e-4)
  -- σ² (d + d (d + 1)/4)(1/n + 1/m) expected of equal laws.
  lu.assertAlmostEquals(metrics.frechet_distance(x, y), 9 / 300, 0.02)
  local net = pn.nn.Sequential(pn.nn.Linear(4, 6), pn.nn.Tanh()):eval()
  local whole = metrics.frechet_distance(net(x), net(y))
  local seen = 0
  local parts = metrics.frechet_distance(x, y, {
    batch = 70,
    features = function(part)
      seen = seen + part:size(1)
      local out = net(part)
      lu.assertFalse(out.requires_grad)
      return out
    end,
  })
  lu.assertEquals(seen, 1200)
  lu.assertAlmostEquals(parts, whole, 1e-9)
  lu.assertAlmostEquals(metrics.frechet_distance(x, y, { features = net }), whole, 1e-9)
  local real = metrics.feature_moments()
  for first = 1, 600, 150 do real:update(x[{ { first, first + 149 } }]) end
  lu.assertEquals(#real, 600)
  lu.assertAlmostEquals(metrics.frechet_distance(real, y), metrics.frechet_distance(x, y), 1e-10)
  lu.assertAlmostEquals(real:mean()[1]:item(), x:mean(1)[1]:item(), 1e-6)
  lu.assertEquals(real:covariance():size(), { 4, 4 })
  local again = metrics.feature_moments():load(real:state())
  lu.assertEquals(metrics.frechet_distance(again, y), metrics.frechet_distance(real, y))
  lu.assertEquals(tostring(real), "FeatureMoments(600 examples of 4 numbers)")
  refuses("expected [n, 4], as before, got [3, 5]", real.update, real, pn.ones(3, 5))
  refuses("at least 2 examples, got 1", metrics.frechet_distance, pn.ones(1, 3), pn.ones(4, 3))
  refuses("features of 4 numbers, got 5", metrics.frechet_distance, real, pn.ones(4, 5))
  refuses("a row a sample, got [1]", metrics.frechet_distance, x, y, { features = function(part) return part:sum():reshape(1) end })
  refuses("expected a Tensor, got number", metrics.frechet_distance, x, y, { features = function() return 1 end })
  refuses("unknown option 'counts'", real.load, real, { counts = 3 })
  refuses("a count with its mean", real.load, real, { count = 3 })
end

function TestMetrics.test_neighbourhoods()
  local x, y = normal(1, 300, 2), normal(2, 300, 2)
  local same, shares = metrics.precision_recall(x, x), metrics.density_coverage(x, x)
  lu.assertEquals({ same.precision, same.recall, shares.density, shares.coverage }, { 1, 1, 1, 1 })
  local fair = metrics.density_coverage(x, y)
  lu.assertAlmostEquals(fair.density, 1, 0.2)
  lu.assertAlmostEquals(fair.coverage, 1 - 2 ^ -5, 0.04)
  local far = metrics.precision_recall(x, y + 100, { k = 1 })
  lu.assertEquals({ far.precision, far.recall }, { 0, 0 })
  local half = metrics.precision_recall(x, y:clamp(0, 10))
  lu.assertTrue(half.precision > 0.8 and half.recall < 0.7)
  refuses("k: expected 1 to 299", metrics.precision_recall, x, y, { k = 300 })
  refuses("real: expected finite numbers", metrics.density_coverage, x / 0, y)
end

function TestMetrics.test_classes()
  local report = metrics.class_accuracy(pn.tensor { 1, 2, 2, 3 }, pn.tensor { 1, 2, 1, 3 }, { classes = 4 })
  lu.assertEquals(report.accuracy, 0.75)
  lu.assertEquals(report.per_class[1]:item(), 0.5)
  local missing = report.per_class[4]:item()
  lu.assertTrue(missing ~= missing)
  lu.assertEquals(report.confusion[1]:totable(), { 1, 1, 0, 0 })
  local scores = pn.tensor { { 0.1, 3.0 }, { 2.0, 1.0 } }
  lu.assertEquals(metrics.class_accuracy(scores, pn.tensor { 2, 1 }).accuracy, 1)
  refuses("labels: expected classes 1 to 2, got 3", metrics.class_accuracy, scores, pn.tensor { 2, 3 })
  refuses("0 is none", metrics.class_accuracy, scores, pn.tensor { 0, 1 })
  local stacked = metrics.stacked_modes(pn.randint(1, 10, { 26000, 3 }))
  lu.assertEquals({ stacked.modes, stacked.captured }, { 1000, 1000 })
  lu.assertAlmostEquals(stacked.kl, 0.0192, 0.004)
  lu.assertAlmostEquals(metrics.stacked_modes(pn.ones(10, 3):to("int64")).kl, math.log(1000), 1e-12)
  local mean, each = metrics.intra_class_diversity(pn.tensor { { 0.0, 0.0 }, { 3.0, 4.0 }, { 1.0, 1.0 } }, pn.tensor { 1, 1, 2 })
  lu.assertEquals({ mean, each[1]:item(), each:size(1) }, { 5, 5, 2 })
end

function TestMetrics.test_parzen_windows()
  local x = normal(1, 400, 1)
  local mean, deviation, h = metrics.parzen(x, normal(2, 200, 1), { validation = normal(3, 100, 1) })
  lu.assertAlmostEquals(mean, -0.5 * math.log(2 * math.pi * math.exp(1)), 0.15)
  lu.assertTrue(deviation > 0 and h >= 0.1 and h <= 1)
  local exact = metrics.parzen(pn.zeros(1, 2), pn.tensor { { 3.0, 4.0 } }, { bandwidth = 2 })
  lu.assertAlmostEquals(exact, -25 / 8 - math.log(8 * math.pi), 1e-12)
  refuses("expected either a bandwidth or validation points to choose it by, got neither", metrics.parzen, x, x)
  refuses("got both", metrics.parzen, x, x, { bandwidth = 1, validation = x })
end

return lu.LuaUnit.run("--output", "nil")
