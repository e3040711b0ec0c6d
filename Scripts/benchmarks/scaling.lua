-- How the time of a step grows with batch and width, and falls with threads, as a picture.
local pn = require "penumbra"
local here = arg[0]:match "^.*/" or ""
local workloads = dofile(here .. "workloads.lua")

local cfg = pn.config({
  out = { "scaling.png", "the picture: .png, .svg or .pdf" },
  seconds = { 0.2, "time of one of the five timings of a point" },
  penumbra = { "penumbra", "the command to time" },
  floor = { "", "the program that times the floor; none when empty" },
  threads = { pn.num_threads(), "the most threads" },
  greatest = { 4096, "the largest batch; the largest width is a quarter of it" },
}, "Draws the cost of a step against batch, width and threads.")

-- The number that a command prints, `pattern` being around it.
local function number(pattern, command, ...)
  command = command:format(...)
  local pipe = assert(io.popen(command))
  local value = tonumber(pipe:read "a":match(pattern))
  if not pipe:close() or not value then error("failed: " .. command, 0) end
  return value
end

-- Microseconds a step.
local function time(script, options)
  io.stderr:write("\r\27[K", script, " ", options)
  return number('"best": ([%d.]+)', "'%s' '%s%s' --json --seconds %g %s", cfg.penumbra, here, script,
    cfg.seconds, options)
end

local function ringTime(batch, width)
  return time("ring_gan.lua", ("--batch %d --width %d"):format(batch, width))
end

local function ringFloor(batch, width)
  return number("[%d.]+", "'%s' 1 %g %s", cfg.floor, cfg.seconds,
    table.concat(workloads.ringStep(batch, width), " "))
end

local function doublings(first, last)
  local list, value = {}, first
  while value <= last do
    list[#list + 1] = value
    value = 2 * value
  end
  return list
end

local function map(list, f)
  local result = {}
  for k, value in ipairs(list) do result[k] = f(value) end
  return result
end

-- Times on logarithmic axes: measured, of the floor, and the power law through the last measured one.
-- `sizes` makes batch and width of a place on the axis.
local function powerPanel(title, xLabel, xs, power, lawName, sizes)
  local times = map(xs, function(x) return ringTime(sizes(x)) end)
  local law = map(xs, function(x) return times[#xs] * (x / xs[#xs]) ^ power end)
  local series = {
    { kind = "line", x = xs, y = law, label = lawName, color = "grey", dash = "dashed" },
    { kind = "line", x = xs, y = times, color = "blue", width = 2 },
    { kind = "points", x = xs, y = times, label = "Penumbra", color = "blue", point_size = 1 },
  }
  if cfg.floor ~= "" then
    local floors = map(xs, function(x) return ringFloor(sizes(x)) end)
    table.insert(series,
      { kind = "line", x = xs, y = floors, label = "its products alone", color = "orange" })
  end
  return {
    title = title, x_label = xLabel, y_label = "µs a step", log_x = true, log_y = true,
    legend = "bottom_right", series = series,
  }
end

local function threadPanel()
  local counts = {}
  for count = 1, cfg.threads do counts[count] = count end
  local series = {
    { kind = "line", x = counts, y = counts, label = "ideal", color = "grey", dash = "dashed" },
  }
  for _, workload in ipairs {
    { "conditional_gan.lua", "W3, conditional GAN", "blue" }, { "dcgan.lua", "W4, DCGAN", "orange" },
  } do
    local script, label, color = table.unpack(workload)
    local times = map(counts, function(count) return time(script, "--threads " .. count) end)
    local gains = map(times, function(t) return times[1] / t end)
    table.insert(series, { kind = "line", x = counts, y = gains, color = color, width = 2 })
    table.insert(series,
      { kind = "points", x = counts, y = gains, label = label, color = color, point_size = 1 })
  end
  return {
    title = "Threads", x_label = "threads", y_label = "speed-up", legend = "top_left", series = series,
    x_range = { 0.8, cfg.threads + 0.2 }, y_range = { 0, cfg.threads + 0.5 },
  }
end

local panels = {
  powerPanel("Ring GAN, 128 hidden units", "batch", doublings(32, cfg.greatest), 1, "∝ batch",
    function(batch) return batch, 128 end),
  powerPanel("Ring GAN, batch 128", "hidden units", doublings(32, cfg.greatest // 4), 2,
    "∝ width²", function(width) return 128, width end),
  threadPanel(),
}
io.stderr:write "\r\27[K"
pn.plot.save(cfg.out, { panels = panels, columns = 3, title = "Cost of a GAN step" })
print("figure: " .. cfg.out)
