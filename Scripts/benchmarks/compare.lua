-- Runs the workloads beside their floors and peers, interleaved, and prints one table.
local pn = require "penumbra"
local here = arg[0]:match "^.*/" or ""
local workloads = dofile(here .. "workloads.lua")

local cfg = pn.config({
  only = { "", "workloads, for example W1,W3; all when empty" },
  threads = { 1, "threads" },
  rounds = { 3, "interleaved rounds, of which the median counts" },
  seconds = { 0.4, "time of one of the five timings of a workload in a round" },
  peers = { "", "a Python with JAX and PyTorch; none when empty" },
  json = { false, "one line of JSON a workload in place of the table" },
  penumbra = { "penumbra", "the command to time" },
  floor = { "", "the program that times the floor; none when empty" },
}, "Times the workloads against their peers and floors.")

-- The output of a command; an error where it fails.
local function output(command, ...)
  command = command:format(...)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  if not pipe:close() then error("failed: " .. command, 0) end
  return text
end

-- What can be timed: functions from a workload to microseconds by name, {} where it has none.
local sources = {
  function(workload)
    local text = output("'%s' '%s%s' %s --json --threads %d --seconds %g", cfg.penumbra, here,
      workload.script, workload.options or "", cfg.threads, cfg.seconds)
    return { ours = tonumber(text:match '"best": ([%d.]+)') }
  end,
  function(workload)
    if cfg.floor == "" or not workload.floor then return {} end
    return { floor = tonumber(output("'%s' %d %g %s", cfg.floor, cfg.threads, cfg.seconds,
      table.concat(workload.floor, " "))) }
  end,
  function(workload)
    if cfg.peers == "" then return {} end
    local text = output("'%s' '%speers.py' --json --threads %d --seconds %g --only %s 2>/dev/null",
      cfg.peers, here, cfg.threads, cfg.seconds, workload.name)
    return {
      jax = tonumber(text:match '"jax": ([%d.]+)'),
      torch = tonumber(text:match '"torch": ([%d.]+)'),
    }
  end,
}

local function progress(format, ...) io.stderr:write("\r\27[K", format:format(...)) end

-- Medians over the rounds, by name.
local function measure(workload)
  local lists = { ours = {}, floor = {}, jax = {}, torch = {} }
  for round = 1, cfg.rounds do
    progress("%s: round %d of %d", workload.name, round, cfg.rounds)
    for _, source in ipairs(sources) do
      for name, time in pairs(source(workload)) do table.insert(lists[name], time) end
    end
  end
  progress ""
  local times = {}
  for name, list in pairs(lists) do
    table.sort(list)
    times[name] = list[(#list + 1) // 2]
  end
  return times
end

local function ratio(a, b) return a and b and a / b end

local function least(a, b) return a and b and math.min(a, b) or a or b end

-- "0.52 (≤ 0.65: met)"
local function judged(value, goal)
  if not value then return goal and ("– (≤ %g)"):format(goal) or "–" end
  if not goal then return ("%.2f"):format(value) end
  return ("%.2f (≤ %g: %s)"):format(value, goal, value <= goal and "met" or "not met")
end

local function row(workload, times)
  local goals = workload.goals
  local peer
  if goals.peer then peer = times[goals.peer] else peer = least(times.jax, times.torch) end
  local function shown(time) return time and ("%.1f"):format(time) or "–" end
  return ("| %s | %s | %s | %s | %s | %s | %s | %s |"):format(
    workload.name, workload.what, shown(times.ours), shown(times.jax), shown(times.torch),
    shown(times.floor), judged(ratio(times.ours, peer), goals.ratio),
    judged(ratio(times.ours, times.floor), goals.floor))
end

local function jsonRow(workload, times)
  local fields = {}
  for _, name in ipairs { "ours", "jax", "torch", "floor" } do
    fields[#fields + 1] = ('"%s": %s'):format(name, times[name] or "null")
  end
  return ('{"workload": "%s", "threads": %d, %s}'):format(
    workload.name, cfg.threads, table.concat(fields, ", "))
end

-- The machine and how busy it is.
local function machine()
  local model, count = "unknown processor", 0
  for line in io.lines "/proc/cpuinfo" do
    model = line:match "^model name%s*:%s*(.+)" or model
    if line:find "^processor" then count = count + 1 end
  end
  local load
  for line in io.lines "/proc/loadavg" do load = line:match "^%S+" end
  return ("%s, %d processors, load %s"):format(model, count, load)
end

-- The workloads that were asked for, in the table's order.
local function chosen()
  local wanted, list = {}, {}
  for name in cfg.only:gmatch "[^,%s]+" do wanted[name] = true end
  local all = next(wanted) == nil
  for _, workload in ipairs(workloads) do
    if all or wanted[workload.name] then list[#list + 1] = workload end
    wanted[workload.name] = nil
  end
  local unknown = next(wanted)
  if unknown then error(("unknown workload '%s'"):format(unknown), 0) end
  return list
end

local list = chosen()
if not cfg.json then
  print(("Microseconds a step, float32, threads: %d; medians over interleaved rounds: %d"):format(
    cfg.threads, cfg.rounds))
  print(machine())
  print "\n| | workload | Penumbra | JAX | PyTorch | floor | to the peer | to the floor |"
  print "|---|---|---|---|---|---|---|---|"
end
for _, workload in ipairs(list) do
  print((cfg.json and jsonRow or row)(workload, measure(workload)))
  io.stdout:flush()
end
