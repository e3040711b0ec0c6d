-- What the workloads share: networks, data and the clock.
local pn = require "penumbra"
local nn = pn.nn

local timing = {}

timing.options = {
  seconds = { 0.4, "time of one of the five rounds" },
  threads = { 1, "threads" },
  json = { false, "print one line of JSON" },
}

-- Options of one workload script: the shared ones and its own.
function timing.config(own, summary)
  for name, option in pairs(timing.options) do own[name] = own[name] or option end
  local cfg = pn.config(own, summary)
  pn.set_num_threads(cfg.threads)
  return cfg
end

-- Linear layers of these sizes with LeakyReLU(0.2) between, then `last` if given.
function timing.mlp(sizes, last)
  local layers = {}
  for k = 1, #sizes - 1 do
    layers[#layers + 1] = nn.Linear(sizes[k], sizes[k + 1])
    if k < #sizes - 1 then layers[#layers + 1] = nn.LeakyReLU(0.2) end
  end
  layers[#layers + 1] = last
  return nn.Sequential(layers)
end

-- A function that draws batches of points of the ring of eight Gaussians.
function timing.ring(batch)
  local batches = pn.data.mixture("ring"):batches { size = batch }
  return function()
    local _, points = batches()
    return points
  end
end

-- Times `step` in five rounds and prints microseconds a call: the best and the median.
function timing.report(cfg, name, step)
  local function round(seconds)
    local start, steps, chunk = pn.clock(), 0, 1
    repeat
      for _ = 1, chunk do step() end
      steps = steps + chunk
      local elapsed = pn.clock() - start
      chunk = math.max(1, math.min(10000, steps * (seconds / 8) // math.max(elapsed, 1e-6)))
    until pn.clock() - start > seconds
    return (pn.clock() - start) / steps * 1e6
  end
  round(cfg.seconds / 2)
  local times = {}
  for i = 1, 5 do times[i] = round(cfg.seconds) end
  table.sort(times)
  if cfg.json then
    print(('{"workload": "%s", "threads": %d, "best": %.3f, "median": %.3f}'):format(
      name, cfg.threads, times[1], times[3]))
  else
    print(("%-4s %d thread(s): %.1f us a step (best), %.1f (median)"):format(
      name, cfg.threads, times[1], times[3]))
  end
end

return timing
