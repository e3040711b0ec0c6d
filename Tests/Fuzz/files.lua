-- Mutated files against every loader: each answers with a value or an error that is a string.
--
-- usage: penumbra Tests/Fuzz/files.lua SEED COUNT FOLDER. The file that is being read stands in FOLDER, so that a
-- crash leaves it there; `case` there says which loader it is for.
local here = arg[0]:match "^(.*)/" or "."
package.path = here .. "/?.lua;" .. package.path
local pn = require "penumbra"
local mutate = require "mutate"
local choice, random = mutate.choice, math.random

local seed, count, folder = tonumber(arg[1]), tonumber(arg[2]), arg[3]
math.randomseed(seed)
pn.memory_limit(1 << 28)

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local function shell(command) assert(os.execute(command)) end

-- ---- Valid files ------------------------------------------------------------------------------

local valid = {}

local function made(name, make)
  local path = folder .. "/valid." .. name
  make(path)
  valid[name] = valid[name] or {}
  table.insert(valid[name], read(path))
  os.remove(path)
end

local tensors = {
  weight = pn.rand(3, 4), ["a.b"] = pn.tensor({ 1, 2 }, { dtype = "int64" }), empty = pn.zeros(2, 0),
  scalar = pn.tensor(1.5, { dtype = "float64" }), mask = pn.ones(5):to "bool", bytes = pn.zeros(7):to "uint8",
}
made("safetensors", function(path) pn.save(path, tensors) end)
made("npy", function(path) pn.save(path, pn.rand(4, 5)) end)
made("npy", function(path) pn.save(path, pn.zeros(2, 3, 0):to "int64") end)
made("npz", function(path) pn.save(path, tensors) end)
made("npz", function(path) pn.save(path, tensors, { compressed = true }) end)
made("png", function(path) pn.save_images(path, pn.rand(2, 3, 6, 5)) end)
made("png", function(path) pn.save_images(path, pn.rand(1, 1, 9, 9)) end)
made("csv", function(path) write(path, "x,y,\"z \"\"q\"\"\"\n1,2.5,-3e2\n4,,6\r\n\"7\",8,9\n") end)
made("csv", function(path) write(path, ("1;2;3\n"):rep(30)) end)
made("checkpoint", function(path)
  local net = pn.nn.Linear(2, 2)
  pn.save_checkpoint(path, {
    net = net, opt = pn.optim.Adam(net:parameters()), step = 3, name = "x", on = true, nested = { a = 1.5, t = pn.ones(2) },
    generator = pn.generator(3), rate = pn.schedule.linear { from = 1, to = 0, steps = 5 },
  })
end)
local idx = {
  images = string.pack(">I4I4I4I4", 0x803, 2, 28, 28) .. ("\x11"):rep(2 * 784),
  labels = string.pack(">I4I4", 0x801, 2) .. "\3\9",
}
for name, text in pairs(idx) do
  made("idx", function(path) write(path, text) end)
  made("gz", function(path)
    write(path .. ".raw", text)
    shell(("gzip -n -c '%s.raw' > '%s' && rm '%s.raw'"):format(path, path, path))
  end)
end
local words = '{"state": "finished", "name": "try", "id": "abc", "seed": 3, "script": "x.lua", "sessions": [{"start": 1.5, '
  .. '"end": 2.5, "host": "h", "pid": 3, "threads": 1}], "steps": 10, "metrics": {"loss": 0.5}}'
made("json", function(path) write(path, words) end)
made("jsonl", function(path)
  write(path, ('{"step": 1, "time": 2.5, "loss": 0.5, "acc": 1e-3}\n'):rep(20))
end)

-- ---- What knows a format ----------------------------------------------------------------------

local function safetensors(text)
  local size = string.unpack("<I8", text)
  local header = mutate.text(text:sub(9, 8 + size))
  return string.pack("<I8", #header) .. header .. text:sub(9 + size)
end

local function npy(text)
  local size = string.unpack("<I2", text, 9)
  local header = mutate.text(text:sub(11, 10 + size))
  return text:sub(1, 8) .. string.pack("<I2", math.min(#header, 65535)) .. header .. text:sub(11 + size)
end

-- A chunk's contents change, and its checksum with them.
local function png(text)
  local chunks, at = {}, 9
  while at + 11 <= #text do
    local size = string.unpack(">I4", text, at)
    chunks[#chunks + 1] = { text:sub(at + 4, at + 7), text:sub(at + 8, at + 7 + size) }
    at = at + 12 + size
  end
  local kind = random(6)
  local chunk = choice(chunks)
  if kind == 1 then
    table.insert(chunks, random(#chunks), { chunk[1], chunk[2] })
  elseif kind == 2 then
    table.remove(chunks, random(#chunks))
  elseif kind == 3 then
    chunk[1] = choice { "PLTE", "tRNS", "gAMA", "tEXt", "zTXt", "iTXt", "IEND", "IDAT", "sBIT", "abCd" }
  else
    chunk[2] = mutate.blind(chunk[2])
  end
  local parts = { text:sub(1, 8) }
  for _, chunk in ipairs(chunks) do
    local body = chunk[1] .. chunk[2]
    parts[#parts + 1] = string.pack(">I4", #chunk[2]) .. body .. string.pack(">I4", mutate.crc32(body))
  end
  return table.concat(parts)
end

-- Entries of a zip whose checksums are right again.
local function npz(text)
  local result, at = {}, 1
  while text:sub(at, at + 3) == "PK\3\4" do
    local flags, method = string.unpack("<I2I2", text, at + 6)
    local packed, whole, name, extra = string.unpack("<I4I4I2I2", text, at + 18)
    if packed > #text or flags & 8 ~= 0 then break end
    local body = at + 30 + name + extra
    local contents = text:sub(body, body + packed - 1)
    local changed = method == 0 and npy(contents) or mutate.blind(contents)
    if method == 0 then whole = #changed end
    result[#result + 1] = text:sub(at, at + 13)
      .. string.pack("<I4I4I4", method == 0 and mutate.crc32(changed) or random(0, 0xffffffff), #changed, whole)
      .. text:sub(at + 26, body - 1) .. changed
    at = body + packed
  end
  return table.concat(result) .. text:sub(at)
end

local aware = {
  safetensors = safetensors, checkpoint = safetensors, npy = npy, png = png, npz = npz, csv = mutate.text,
  json = mutate.text, jsonl = mutate.text,
}

-- ---- Loaders ----------------------------------------------------------------------------------

local function digits(suffix)
  return function(path, text)
    local name = random(2) == 1 and "images-idx3-ubyte" or "labels-idx1-ubyte"
    write(folder .. "/t10k-images-idx3-ubyte" .. suffix, valid[suffix == "" and "idx" or "gz"][1])
    write(folder .. "/t10k-labels-idx1-ubyte" .. suffix, valid[suffix == "" and "idx" or "gz"][2])
    write(folder .. "/t10k-" .. name .. suffix, text)
    return pn.data.mnist(folder, { split = "test" })
  end
end

local function touch(x)
  if type(x) == "table" then
    for _, value in pairs(x) do touch(value) end
  elseif type(x) == "userdata" then
    tostring(x)
    x:sum()
  end
end

local function checkpoint(path)
  if random(2) == 1 then return pn.load_checkpoint(path) end
  local net = pn.nn.Linear(2, 2)
  return pn.load_checkpoint(path, {
    net = net, opt = pn.optim.Adam(net:parameters()), step = 0, name = "", on = false, nested = { a = 0, t = pn.zeros(2) },
    generator = pn.generator(1), rate = pn.schedule.linear { from = 1, to = 0, steps = 5 },
  })
end

local loaders = {
  safetensors = { "x.safetensors", pn.load }, npy = { "x.npy", pn.load }, npz = { "x.npz", pn.load },
  png = { "x.png", pn.load_image }, csv = { "x.csv", function(path)
    return pn.data.csv(path, choice { {}, { header = true }, { missing = 0 }, { separator = ";" }, { header = false, dtype = "int64" } })
  end },
  checkpoint = { "x.ckpt", checkpoint }, idx = { "x.idx", digits "" }, gz = { "x.gz", digits ".gz" },
}
local names = {}
for name in pairs(loaders) do names[#names + 1] = name end
table.sort(names)

local accepted = 0
for _ = 1, count do
  local name = choice(names)
  local text = choice(valid[name])
  if random(50) == 1 then
    text = choice(valid[choice(names)])
  elseif aware[name] and random(2) == 1 then
    local ok, changed = pcall(aware[name], text)
    text = ok and changed or mutate.blind(text)
  else
    text = mutate.blind(text)
  end
  local path = folder .. "/" .. loaders[name][1]
  write(path, text)
  write(folder .. "/case", name)
  local ok, result = pcall(loaders[name][2], path, text)
  if ok then
    accepted = accepted + 1
    pcall(touch, result)
  else
    assert(type(result) == "string" and #result > 0, "an error that is no text")
    assert(#result < 4096, "an error of " .. #result .. " bytes")
  end
  os.remove(path)
end

-- Run folders, through the command that reads them.
local command = arg[-1]
local run = folder .. "/runs/20260101-000000-try-abcdef"
shell(("mkdir -p '%s'"):format(run))
for _ = 1, math.max(1, count // 400) do
  write(run .. "/run.json", random(3) == 1 and mutate.blind(words) or mutate.text(words))
  write(run .. "/config.json", mutate.text '{"lr": 0.5, "model": {"width": 64, "names": ["a", "b"]}}')
  write(run .. "/metrics.jsonl", mutate.text(valid.jsonl[1]))
  write(folder .. "/case", "runs")
  for _, words in ipairs { "ls", "show last", "compare" } do
    local _, how, code = os.execute(
      ("timeout 20 '%s' runs %s --runs '%s/runs' >/dev/null 2>&1"):format(command, words, folder))
    assert(how == "exit" and code <= 2, ("runs %s ended by %s %s"):format(words, how, code))
  end
end
print(count, accepted)
