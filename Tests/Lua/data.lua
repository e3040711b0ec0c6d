-- Data from Lua: mixtures, stacked digits, CSV, folders of pictures, batches, maps, exact resuming.
local pn = require "penumbra"
local lu = require "luaunit"
local data = pn.data

TestData = {}

local function temporary(text, suffix)
  local path = os.tmpname() .. (suffix or "")
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

local function refuses(part, fn, ...)
  local ok, message = pcall(fn, ...)
  lu.assertFalse(ok)
  lu.assertStrContains(tostring(message), part)
end

function TestData.test_the_benchmarks_mixtures()
  local ring = data.mixture("ring")
  lu.assertEquals({ ring.modes, ring.dimension, ring.name }, { 8, 2, "ring" })
  -- Eight centres, none twice: no linspace that repeats its end.
  for i = 1, 8 do
    local angle = 2 * math.pi * (i - 1) / 8
    lu.assertAlmostEquals(ring.means[i][1], math.cos(angle), 1e-15)
    lu.assertAlmostEquals(ring.means[i][2], math.sin(angle), 1e-15)
    lu.assertEquals(ring.sigmas[i], 0.01)
    lu.assertEquals(ring.weights[i], 0.125)
  end
  local grid = data.mixture("grid")
  lu.assertEquals({ grid.modes, grid.means[1], grid.means[25], grid.sigmas[7] }, { 25, { -4, -4 }, { 4, 4 }, 0.05 })
  lu.assertAlmostEquals(data.mixture("ring2").means[1][1], 2 / 1.414, 1e-12)
  lu.assertAlmostEquals(data.mixture("ring2").sigmas[1], 0.02 / 1.414, 1e-12)
  lu.assertAlmostEquals(data.mixture("grid2").means[1][1], -4 / 2.828, 1e-12)
  local line = data.mixture("line5")
  lu.assertEquals(line.means, { { 10 }, { 20 }, { 60 }, { 80 }, { 110 } })
  lu.assertEquals(line.sigmas, { 3, 3, 2, 2, 1 })
  local irregular = data.mixture("irregular", { modes = 7, extent = 3, generator = pn.generator(1) })
  lu.assertEquals(irregular.modes, 7)
  for _, mean in ipairs(irregular.means) do lu.assertTrue(math.abs(mean[1]) <= 3 and math.abs(mean[2]) <= 3) end
  local imbalanced = data.mixture("imbalanced", { ratio = 0.5, modes = 3 })
  lu.assertAlmostEquals(imbalanced.weights[1], 4 / 7, 1e-12)
  lu.assertAlmostEquals(imbalanced.weights[3], 1 / 7, 1e-12)
  lu.assertEquals(data.mixture("grid", { side = 2, spacing = 6 }).means[4], { 3, 3 })
end

function TestData.test_gaussians_and_their_densities()
  local m = data.gaussians({ { 0, 0 }, { 3, 4 } }, { 1, 0.5 }, { weights = { 1, 3 } })
  lu.assertEquals({ m.modes, m.dimension, m.weights[2], m.sigmas[2] }, { 2, 2, 0.75, 0.5 })
  local x = pn.tensor({ { 3.0, 4.0 } }, { dtype = "float64" })
  lu.assertAlmostEquals(m:density(x):item(), 0.75 / (2 * math.pi * 0.25) + 0.25 * math.exp(-12.5) / (2 * math.pi), 1e-12)
  lu.assertAlmostEquals(m:log_density(x):item(), math.log(m:density(x):item()), 1e-12)
  local points, modes = m:labelled_sample(500, { generator = pn.generator(3) })
  lu.assertEquals(points:size(), { 500, 2 })
  lu.assertEquals(modes:min():item(), 1)
  lu.assertEquals(modes:max():item(), 2)
  lu.assertTrue(points[modes:eq(2)]:sub(pn.tensor { 3.0, 4.0 }):abs():max():item() < 3)
  refuses("weights: expected 2 numbers, got 1", data.gaussians, { { 0 }, { 1 } }, 1, { weights = { 1 } })
  refuses("did you mean 'weights'", data.gaussians, { { 0 } }, 1, { weight = { 1 } })
end

function TestData.test_batches_resume_exactly_through_maps()
  local d = data.dataset { pn.arange(10), pn.arange(10) * 2 }
  local doubled = d:map(function(x, y) return x * 10, y end):map(function(x, y) return x + 1, y, y - x end)
  lu.assertEquals(#doubled, 10)
  local function stream() return doubled:batches { size = 3, epochs = 3, drop_last = false, generator = pn.generator(5) } end
  local a, b, all = stream(), stream(), {}
  for step, x, y, z in a do
    lu.assertTrue(x:equal(y * 5 + 1))
    lu.assertTrue(z:equal(y * -4))
    all[step] = x
    if step == 5 then b:load(a:state()) end
  end
  lu.assertEquals(#all, 12)
  local count = 5
  for step, x in b do
    count = count + 1
    lu.assertEquals(step, count)
    lu.assertTrue(x:equal(all[step]))
  end
  lu.assertEquals(count, 12)
end

function TestData.test_a_failed_map_gives_the_batch_again()
  local fail = true
  local d = data.dataset { pn.arange(6) }:map(function(x)
    if fail then error("not now") end
    return x
  end)
  local batches = d:batches { size = 2, generator = pn.generator(1) }
  local plain = data.dataset { pn.arange(6) }:batches { size = 2, generator = pn.generator(1) }
  refuses("not now", batches)
  fail = false
  for step, x in plain do
    local same, y = batches()
    lu.assertEquals(same, step)
    lu.assertTrue(x:equal(y))
  end
  refuses("map: fn: result 1: expected a Tensor, got number", d:map(function() return 3 end):batches { size = 2 })
  refuses("map: fn: expected the batch's tensors, got no value", d:map(function() end):batches { size = 2 })
  refuses("map: argument 2 (fn): expected function or callable object, got number", d.map, d, 3)
end

function TestData.test_maps_survive_the_collector_and_are_collected()
  local weak = setmetatable({}, { __mode = "v" })
  do
    local d = data.dataset { pn.arange(4) }
    local big = {}
    local mapped
    mapped = d:map(function(x) return x + #mapped + #big end)
    weak[1] = big
    d = nil
    collectgarbage()
    collectgarbage()
    local _, x = mapped:batches { size = 4, shuffle = false }()
    lu.assertTrue(x:equal(pn.arange(4) + 4))
  end
  for _ = 1, 4 do collectgarbage() end
  lu.assertNil(weak[1])
end

function TestData.test_streams_can_be_mapped()
  local ring = data.mixture("ring")
  local far = ring:batches { size = 5, steps = 3, generator = pn.generator(2) }:map(function(x) return x + 100 end)
  local count = 0
  for _, x in far do
    lu.assertTrue(x:min():item() > 90)
    count = count + 1
  end
  lu.assertEquals(count, 3)
end

function TestData.test_subsets_and_endless_batches()
  local d = data.dataset { pn.arange(10), pn.arange(10):neg() }
  local part = d:subset { 2, -1, 5 }
  lu.assertEquals(part:tensors()[1]:totable(), { 2, 10, 5 })
  lu.assertEquals(part:tensors()[2]:totable(), { -2, -10, -5 })
  refuses("subset", d.subset, d, { 11 })
  refuses("0 is none", d.subset, d, { 0 })
  local endless, seen = part:batches { size = 2, infinite = true }, 0
  for step, x in endless do
    lu.assertEquals(x:size(1), 2)
    seen = step
    if step == 9 then break end
  end
  lu.assertEquals(seen, 9)
  refuses("infinite", part.batches, part, { size = 2, infinite = true, epochs = 2 })
end

function TestData.test_stacked_digits()
  local digits = data.dataset { pn.arange(20):reshape(20, 1, 1, 1):expand(20, 1, 3, 2), pn.arange(20):to("int64") + 1 }
  local stacked = data.stacked(digits)
  local images, labels = stacked:sample(7, { generator = pn.generator(1) })
  lu.assertEquals(images:size(), { 7, 3, 3, 2 })
  lu.assertTrue(images[{ {}, {}, 2, 1 }]:to("int64"):equal(labels - 1))
  local steps = 0
  for _, x, y in stacked:batches { size = 4, steps = 3 } do
    lu.assertEquals({ x:size(2), y:size(1), y:size(2) }, { 3, 4, 3 })
    steps = steps + 1
  end
  lu.assertEquals(steps, 3)
  refuses("images and labels", data.stacked, data.dataset { pn.zeros(3, 1, 2, 2) })
end

function TestData.test_csv()
  local path = temporary("x,y\n1,2\n3,4.5\n", ".csv")
  local values, names = data.csv(path, { dtype = "float64" })
  lu.assertEquals(values:totable(), { { 1, 2 }, { 3, 4.5 } })
  lu.assertEquals(names, { "x", "y" })
  os.remove(path)
  path = temporary("1;;3\n", ".csv")
  local gaps, none = data.csv(path, { separator = ";", missing = -1 })
  lu.assertEquals(gaps:totable(), { { 1, -1, 3 } })
  lu.assertNil(none)
  refuses("line 1, column 2: expected a number, got nothing", data.csv, path, { separator = ";", header = false })
  refuses("separator): expected one character", data.csv, path, { separator = "ab" })
  refuses("did you mean 'separator'", data.csv, path, { seperator = ";" })
  os.remove(path)
end

function TestData.test_pictures_in_folders()
  local root = os.tmpname()
  os.remove(root)
  os.execute(("mkdir -p %s/cat %s/ant"):format(root, root))
  for i, name in ipairs { "cat/2.png", "cat/1.png", "ant/1.png" } do
    pn.save_images(root .. "/" .. name, pn.full({ 1, 1, 4, 4 }, i / 5), { padding = 0 })
  end
  local pictures, classes = data.image_folder(root)
  lu.assertEquals(classes, { "ant", "cat" })
  local images, labels = table.unpack(pictures:tensors())
  lu.assertEquals(images:size(), { 3, 1, 4, 4 })
  lu.assertEquals(labels:totable(), { 1, 2, 2 })
  for i, shade in ipairs { 0.6, 0.4, 0.2 } do lu.assertAlmostEquals(images[{ i, 1, 1, 1 }]:item(), shade, 1e-6) end
  lu.assertEquals(data.image_folder(root, { channels = "rgb" }):tensors()[1]:size(2), 3)
  os.execute("rm -r " .. root)
  refuses("image_folder: '" .. root .. "'", data.image_folder, root)
end

function TestData.test_picture_grids()
  local path = os.tmpname() .. ".png"
  pn.save_images(path, pn.zeros(5, 1, 2, 3), { rows = 2, padding = 1, background = 0.2, range = { -1, 1 } })
  local picture = pn.load_image(path)
  lu.assertEquals(picture:size(), { 1, 2 * 3 + 1, 3 * 4 + 1 })
  lu.assertAlmostEquals(picture[{ 1, 1, 1 }]:item(), 0.2, 1e-6)
  lu.assertAlmostEquals(picture[{ 1, 2, 2 }]:item(), 128 / 255, 1e-6)
  refuses("rows): columns are given, too", pn.save_images, path, pn.zeros(5, 1, 2, 3), { rows = 2, columns = 2 })
  os.remove(path)
end

function TestData.test_digits_that_are_not_there()
  refuses("put train-images-idx3-ubyte.gz", data.mnist, "/nowhere")
  refuses("fashion_mnist: '/nowhere': no file", data.fashion_mnist, "/nowhere")
  refuses("no such folder to download to", data.mnist, "/nowhere", { download = true })
  refuses("source): there is no download", data.mnist, "/nowhere", { source = "https://x/" })
  refuses("mnist: folder: none was given", data.mnist)
end

function TestData.test_hashes()
  local path = temporary("abc")
  lu.assertEquals(pn.sha256(path), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  os.remove(path)
  refuses("sha256: '" .. path .. "'", pn.sha256, path)
end

return lu.LuaUnit.run("--output", "nil")
