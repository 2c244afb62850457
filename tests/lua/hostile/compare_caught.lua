-- SPDX-License-Identifier: Apache-2.0
-- expect: more than 1 s of processor time
-- seconds: 1
local half = string.rep("x", 8 << 20)
local a, b = half .. "ab", half .. "a" .. "b"
local function walk() while a <= b do end end
while true do pcall(walk) end
