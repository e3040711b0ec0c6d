-- W7: the sum of two 64×64 matrices: a call from Lua, its allocation included.
local pn = require "penumbra"
local timing = dofile((arg[0]:match "^.*/" or "") .. "timing.lua")

local cfg = timing.config({}, "Times the sum of two small matrices (W7).")
local a, b = pn.randn(64, 64), pn.randn(64, 64)

timing.report(cfg, "W7", function() return a + b end)
