-- Memory: temporaries are collected without being asked for, and nothing stays behind.
local pn = require "penumbra"
local lu = require "luaunit"

TestMemory = {}

-- Resident memory of this process in bytes.
local function resident()
  for line in io.lines "/proc/self/status" do
    local kilobytes = line:match "^VmRSS:%s*(%d+) kB"
    if kilobytes then return kilobytes * 1024 end
  end
end

function TestMemory.test_temporaries_of_a_megabyte()
  local before, most = resident(), 0
  local x = pn.ones(512, 512)
  for i = 1, 10000 do
    local y = x + i
    if i % 50 == 0 then most = math.max(most, resident() - before) end
  end
  lu.assertTrue(most < 200e6, ("grew by %.0f MB"):format(most / 1e6))
end

function TestMemory.test_small_steps_leave_nothing()
  local net = pn.nn.Linear(4, 4)
  local x = pn.randn(8, 4)
  local function steps(n)
    for _ = 1, n do
      net:zero_grad()
      net(x):square():mean():backward()
    end
    collectgarbage()
    collectgarbage()
    return pn.memory().live
  end
  local before = steps(100)
  lu.assertEquals(steps(2000), before)
end

function TestMemory.test_views_of_a_large_tensor_do_not_thrash()
  local x = pn.zeros(1000, 1000)
  local start = os.clock()
  for i = 1, 20000 do local row = x[1 + i % 1000] end
  lu.assertTrue(os.clock() - start < 5)
end

function TestMemory.test_what_cannot_be_had_is_an_error()
  lu.assertErrorMsgContains("bytes", function() pn.zeros(1 << 40) end)
  lu.assertEquals(pn.ones(2):sum():item(), 2)
end

return lu.LuaUnit.run("--output", "nil")
