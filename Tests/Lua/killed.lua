-- Chains that are killed in the middle and go on from their last checkpoint, bit for bit.
local lu = require "luaunit"
local pn = require "penumbra"

TestKilled = {}

local child = "Tests/Lua/fixtures/chain.lua"

local function run(...)
  local quoted = {}
  for k, word in ipairs { ".build/release/penumbra", child, ... } do quoted[k] = ("'%s'"):format(word) end
  return os.execute(table.concat(quoted, " ") .. " 2>/dev/null")
end

local function folder()
  local name = os.tmpname()
  os.remove(name)
  os.execute(("mkdir '%s'"):format(name))
  return name
end

for _, sampler in ipairs { "SGLD", "SGHMC", "mSGNHT", "CCAdL", "CovarianceControlledSGLD" } do
  TestKilled["test_" .. sampler] = function()
    local whole, broken = folder(), folder()
    lu.assertTrue(run(sampler, whole, "40"))
    local _, how, number = run(sampler, broken, "40", "27")
    lu.assertTrue(how == "signal" and number == 9 or number == 137)
    lu.assertNil(io.open(broken .. "/" .. sampler .. ".final"))
    lu.assertTrue(run(sampler, broken, "40"))
    local expected = pn.load(whole .. "/" .. sampler .. ".final")
    local found = pn.load(broken .. "/" .. sampler .. ".final")
    local count = 0
    for name, tensor in pairs(expected) do
      lu.assertTrue(found[name]:equal(tensor), name)
      count = count + 1
    end
    lu.assertEquals(count, 4)
    os.execute(("rm -r '%s' '%s'"):format(whole, broken))
  end
end

return lu.LuaUnit.run("--output", "nil")
