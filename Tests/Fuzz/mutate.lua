-- Changes to bytes: blind ones, and ones that know the numbers, texts and checksums of a format.
local M = {}
local random = math.random

local function choice(list) return list[random(#list)] end
M.choice = choice

-- Numbers at which sizes and offsets break.
local extremes = {
  0, 1, 2, 7, 8, 9, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
  1 << 40, 1 << 53, math.maxinteger, math.mininteger, -1, -2,
}
M.extremes = extremes

local function replaced(text, position, part)
  return text:sub(1, position - 1) .. part .. text:sub(position + #part)
end

local function packed()
  local size = choice { 1, 2, 4, 8 }
  local value = choice(extremes)
  if size < 8 then value = value & ((1 << size * 8) - 1) end
  return string.pack((random(2) == 1 and "<" or ">") .. "I" .. size, value)
end

local function position(text) return random(math.max(1, #text)) end

local blind = {
  function(text) return replaced(text, position(text), string.char(random(0, 255))) end,
  function(text)
    local at = position(text)
    return replaced(text, at, string.char((text:byte(at) or 0) ~ (1 << random(0, 7))))
  end,
  function(text) return text:sub(1, position(text)) end,
  function(text) return text:sub(position(text)) end,
  function(text) return replaced(text, position(text), packed()) end,
  function(text) return replaced(text, random(math.min(64, math.max(1, #text))), packed()) end,
  function(text)
    local from = position(text)
    local to = math.min(#text, from + random(0, 64))
    return text:sub(1, from - 1) .. text:sub(to + 1)
  end,
  function(text)
    local from = position(text)
    local part = text:sub(from, from + random(0, 64))
    local at = position(text)
    return text:sub(1, at) .. part:rep(random(3)) .. text:sub(at + 1)
  end,
  function(text) return text .. string.char(random(0, 255)):rep(random(100)) end,
  function() return "" end,
}

function M.blind(text)
  for _ = 1, random(3) do text = choice(blind)(text) end
  return text
end

-- A number in a text becomes another one; a quote, bracket or word goes, comes twice or changes.
local words = {
  "-1", "0", "1e999", "-0", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616",
  "1e308", "0.5", "NaN", "null", "true", "[]", "{}", '""', '"\\u0000"', '"\\ud800"', ("[") :rep(2000), ("9"):rep(400),
  "1e-400", "'", '"', ",", ":", "\\", "\0", "\xff", "\n", "0x10", "1_000", " ",
}

function M.text(text)
  for _ = 1, random(3) do
    local places = {}
    for from, to in text:gmatch "()[%w%.%-]+()" do places[#places + 1] = { from, to } end
    for from in text:gmatch '()[%[%]{}",:\n]' do places[#places + 1] = { from, from + 1 } end
    local place = #places > 0 and choice(places) or { 1, 1 }
    local part = text:sub(place[1], place[2] - 1)
    local by = choice { choice(words), choice(words), "", part .. part, tostring(choice(extremes)) }
    text = text:sub(1, place[1] - 1) .. by .. text:sub(place[2])
  end
  return text
end

-- CRC-32 as in PNG and zip.
local crcTable = {}
for n = 0, 255 do
  local c = n
  for _ = 1, 8 do c = c & 1 == 1 and 0xedb88320 ~ (c >> 1) or c >> 1 end
  crcTable[n] = c
end

function M.crc32(text)
  local c = 0xffffffff
  for i = 1, #text do c = crcTable[(c ~ text:byte(i)) & 255] ~ (c >> 8) end
  return c ~ 0xffffffff
end

return M
