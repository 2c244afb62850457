-- SPDX-License-Identifier: Apache-2.0
-- expect: more than 1 s of processor time
-- seconds: 1
-- Two texts that are equal to the last byte: an instruction is a walk through both.
local half = string.rep("x", 8 << 20)
local a, b = half .. "ab", half .. "a" .. "b"
while a == b do end
