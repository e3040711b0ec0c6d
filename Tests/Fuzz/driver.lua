-- Runs the fuzzers in turn, each batch in a process of its own, and keeps what crashed.
--
-- usage: lua5.4 Tests/Fuzz/driver.lua --command PENUMBRA [--interface PROGRAM] [--minutes N] [--seed N]
--        [--only programs|files|interface] [--findings DIR]
local options = { minutes = 1, seed = os.time(), findings = "fuzz-findings" }
for k = 1, #arg, 2 do
  local name = arg[k]:match "^%-%-(%w+)$"
  if not name or not arg[k + 1] then
    io.stderr:write("usage: Scripts/fuzz [--minutes N] [--seed N] [--only programs|files|interface] [--findings DIR]\n")
    os.exit(2)
  end
  options[name] = tonumber(arg[k + 1]) or arg[k + 1]
end
local here = arg[0]:match "^(.*)/" or "."
local folder = os.tmpname()
os.remove(folder)
os.execute(("mkdir -p '%s'"):format(folder))

local kinds = {
  programs = { count = 400, command = function(seed, count)
    return ("'%s' '%s/programs.lua' %d %d '%s'"):format(options.command, here, seed, count, folder)
  end },
  files = { count = 4000, command = function(seed, count)
    return ("'%s' '%s/files.lua' %d %d '%s'"):format(options.command, here, seed, count, folder)
  end },
  interface = { count = 5000, command = function(seed, count)
    return ("'%s' %d %d"):format(options.interface, seed, count)
  end },
}
local order = { "programs", "files", "interface" }

-- Runs a command with bounds on time and address space. Returns nil when it ended well or with a mere
-- script error, else what ended it.
local function verdict(command, seconds)
  local log = folder .. "/log"
  local _, how, code = os.execute(
    ("cd / && timeout -k 5 %d %s >'%s' 2>&1"):format(seconds, command, log))
  if how == "exit" and code == 0 then return nil end
  local file = io.open(log, "rb")
  local text = file and file:read "a" or ""
  if file then file:close() end
  local reason = how == "signal" and "signal " .. code or code == 124 and "no end" or code > 128 and "signal " .. code - 128
    or "status " .. code
  return reason, text
end

local function save(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

local function read(path)
  local file = io.open(path, "rb")
  local text = file and file:read "a"
  if file then file:close() end
  return text
end

-- Takes lines away as long as the program still ends as it did.
local function minimised(text, reason)
  local path = folder .. "/candidate.lua"
  local replay = ("'%s' '%s/programs.lua' --replay '%s'"):format(options.command, here, path)
  local function still(lines)
    save(path, table.concat(lines, "\n") .. "\n")
    return verdict(replay, 20) == reason
  end
  local lines = {}
  for line in text:gmatch "[^\n]+" do lines[#lines + 1] = line end
  if not still(lines) then return nil end
  local size = #lines // 2
  while size >= 1 do
    local from = 1
    while from <= #lines do
      local fewer = table.move(lines, 1, from - 1, 1, {})
      table.move(lines, from + size, #lines, from, fewer)
      if #fewer > 0 and still(fewer) then lines = fewer else from = from + size end
    end
    size = size // 2
  end
  return table.concat(lines, "\n") .. "\n"
end

local findings, totals = 0, {}
local function keep(kind, seed, count, reason, text)
  findings = findings + 1
  local place = ("%s/%s-%d"):format(options.findings, kind, seed)
  os.execute(("mkdir -p '%s'"):format(place))
  save(place .. "/report.txt", ("%s\nseed %d, count %d\n%s\n"):format(reason, seed, count, text or ""))
  if kind == "programs" then
    local program = read(folder .. "/program.lua")
    if program then
      save(place .. "/program.lua", program)
      local small = minimised(program, reason)
      if small then save(place .. "/minimised.lua", small) end
    end
  else
    os.execute(("cp -r '%s/.' '%s'"):format(folder, place))
  end
  print(("%s: %s (%s)"):format(place, reason, (text or ""):match "[^\n]*"))
end

local start, seed = os.time(), options.seed
local finish = start + options.minutes * 60
repeat
  for _, kind in ipairs(order) do
    local fuzzer = kinds[kind]
    local wanted = not options.only or options.only == kind
    if wanted and (kind ~= "interface" or options.interface) and os.time() < finish then
      local reason, text = verdict(fuzzer.command(seed, fuzzer.count), 300)
      totals[kind] = (totals[kind] or 0) + fuzzer.count
      if reason then keep(kind, seed, fuzzer.count, reason, text) end
    end
  end
  seed = seed + 1
until os.time() >= finish
os.execute(("rm -rf '%s'"):format(folder))
for _, kind in ipairs(order) do
  if totals[kind] then print(("%-10s %d executions"):format(kind, totals[kind])) end
end
print(("%d findings in %.1f minutes, seeds %d to %d"):format(findings, (os.time() - start) / 60, options.seed, seed - 1))
os.exit(findings == 0)
