-- W6 and W6b beside PyTorch, JAX, SciPy and OpenCV in one run, and cost against σ as a picture.
local pn = require "penumbra"
local here = arg[0]:match "^.*/" or ""

local cfg = pn.config({
  peers = { "", "a Python with JAX, PyTorch, SciPy and OpenCV, or some of them; none when empty" },
  penumbra = { "penumbra", "the command to time" },
  threads = { 1, "threads of all programs" },
  rounds = { 3, "interleaved rounds, of which the median counts" },
  seconds = { 0.2, "time of one of the five timings in a round" },
  out = { "blur.png", "the picture: .png, .svg or .pdf; none when empty" },
  greatest = { 32, "the greatest σ in the picture" },
}, "Times Gaussian blur beside its peers, and all blurs against σ.")

local function output(command, ...)
  command = command:format(...)
  io.stderr:write("\r\27[K", command:sub(1, 100))
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  if not pipe:close() then error("failed: " .. command, 0) end
  return text
end

-- Microseconds of this program, by the options of blur.lua.
local function ours(options)
  local text = output("'%s' '%sblur.lua' --json --threads %d --seconds %g %s", cfg.penumbra, here,
    cfg.threads, cfg.seconds, options)
  return tonumber(text:match '"best": ([%d.]+)')
end

-- Microseconds of the peers by name, from one of the two Python programs.
local function peers(script, options)
  if cfg.peers == "" then return {} end
  local text = output("'%s' '%s%s' --threads %d --seconds %g %s 2>/dev/null", cfg.peers, here, script,
    cfg.threads, cfg.seconds, options)
  local times = {}
  for name, time in text:gmatch '"(%a+)": ([%d.]+)' do times[name] = tonumber(time) end
  return times
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) // 2]
end

-- Medians over the rounds, by name.
local function measure(workload)
  local lists = {}
  local function note(name, time) lists[name] = lists[name] or {}; table.insert(lists[name], time) end
  for _ = 1, cfg.rounds do
    note("both", ours("--workload " .. workload))
    note("forward", ours("--forward --workload " .. workload))
    local both = peers("peers.py", "--json --only " .. workload)
    local forward = peers("blur_peers.py", "--workload " .. workload)
    for _, name in ipairs { "jax", "torch" } do note(name, both[name]) end
    for _, name in ipairs { "scipy", "opencv" } do note(name, forward[name]) end
  end
  local times = {}
  for name, list in pairs(lists) do times[name] = median(list) end
  return times
end

local function shown(time) return time and ("%.0f"):format(time) or "–" end

local function judged(time, best, goal)
  if not best then return ("– (≤ %g)"):format(goal) end
  return ("%.3f (≤ %g: %s)"):format(time / best, goal, time / best <= goal and "met" or "not met")
end

local function least(a, b) return a and b and math.min(a, b) or a or b end

local workloads = {
  { "W6", "512×1×28×28, σ = 2", 0.1 }, { "W6b", "16×3×256×256, σ = 4", 0.15 },
}
local rows = {}
for _, workload in ipairs(workloads) do
  local name, what, goal = table.unpack(workload)
  local t = measure(name)
  rows[#rows + 1] = ("| %s | %s | %s | %s | %s | %s | %s | %s | %s |"):format(name, what, shown(t.both),
    shown(t.jax), shown(t.torch), judged(t.both, least(t.jax, t.torch), goal), shown(t.forward),
    shown(t.scipy), shown(t.opencv))
end
io.stderr:write "\r\27[K"
print(("Microseconds for all images, float32, reflecting border, threads: %d; medians over %d rounds"):
  format(cfg.threads, cfg.rounds))
print "|  | images | forward and backward | JAX | PyTorch | of the best peer | forward | SciPy | OpenCV |"
print "|---|---|---|---|---|---|---|---|---|"
for _, row in ipairs(rows) do print(row) end

if cfg.out == "" then return end

-- Forward on W6b's images.
local curves = {
  { "gaussian", "Gaussian, ends at 3σ", "blue" }, { "box", "box", "green" },
  { "heat", "heat by DCT", "red" }, { "pyramid", "pyramid", "purple" },
}
local sigmas, times = {}, { scipy = {}, opencv = {} }
local sigma = 0.5
while sigma <= cfg.greatest do
  sigmas[#sigmas + 1] = sigma
  for _, curve in ipairs(curves) do
    times[curve[1]] = times[curve[1]] or {}
    table.insert(times[curve[1]], ours(("--forward --workload W6b --filter %s --sigma %g"):format(
      curve[1], sigma)))
  end
  local others = peers("blur_peers.py", ("--workload W6b --sigma %g"):format(sigma))
  for _, name in ipairs { "scipy", "opencv" } do table.insert(times[name], others[name]) end
  sigma = 2 * sigma
end
io.stderr:write "\r\27[K"
table.insert(curves, { "scipy", "SciPy, Gaussian", "orange" })
table.insert(curves, { "opencv", "OpenCV, Gaussian", "grey" })
local series = {}
for _, curve in ipairs(curves) do
  local name, label, color = table.unpack(curve)
  local y = times[name]
  if #y == #sigmas then
    for k = 1, #y do y[k] = y[k] / 48 end
    table.insert(series, { kind = "line", x = sigmas, y = y, color = color, width = 2 })
    table.insert(series, { kind = "points", x = sigmas, y = y, label = label, color = color, point_size = 1 })
  end
end
pn.plot.save(cfg.out, { panels = { {
  title = "Blur of a 256×256 image, forward, float32", x_label = "σ in pixels", y_label = "µs an image",
  log_x = true, log_y = true, legend = "below", series = series,
} } })
print("figure: " .. cfg.out)
