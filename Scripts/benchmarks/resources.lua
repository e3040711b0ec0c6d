-- What Penumbra needs besides time in a step: start-up, memory at the start, memory that is lost.
local pn = require "penumbra"

-- Resident memory in kB, after all garbage is gone.
local function resident()
  collectgarbage()
  collectgarbage()
  for line in io.lines "/proc/self/status" do
    local amount = line:match "^VmRSS:%s*(%d+)"
    if amount then return tonumber(amount) end
  end
end

local memoryAtStart = resident()

local cfg = pn.config({
  penumbra = { "penumbra", "the command whose start is timed" },
  starts = { 20, "starts, of which the median counts" },
  steps = { 1000000, "small steps over which memory is watched" },
  json = { false, "print one line of JSON" },
}, "Measures start-up, memory at the start, and its growth over small recorded steps.")

-- Milliseconds of `penumbra -e ""`, the shell that starts it included.
local function startTime()
  local times = {}
  for k = 1, cfg.starts do
    local start = pn.clock()
    assert(os.execute(("exec '%s' -e ''"):format(cfg.penumbra)))
    times[k] = (pn.clock() - start) * 1e3
  end
  table.sort(times)
  return times[(#times + 1) // 2]
end

-- Growth in kB after the first tenth of the steps: recorded sums, differentiated every tenth step.
local function growth()
  local x = pn.randn(8, 8):requires_grad_()
  local sum, before = x, nil
  for step = 1, cfg.steps do
    sum = sum + x
    if step % 10 == 0 then
      sum:sum():backward()
      x.grad = nil
      sum = x
    end
    if step == cfg.steps // 10 then before = resident() end
  end
  return resident() - before
end

local milliseconds, lost = startTime(), growth()
if cfg.json then
  print(('{"start_ms": %.1f, "memory_kB": %d, "growth_kB": %d, "steps": %d}'):format(
    milliseconds, memoryAtStart, lost, cfg.steps))
else
  print(("Start-up %.1f ms (goal: 20); memory at the start %.1f MB (goal: 40); "
    .. "growth over %d steps %d kB (goal: none)"):format(
    milliseconds, memoryAtStart / 1024, cfg.steps, lost))
end
