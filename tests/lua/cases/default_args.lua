-- SPDX-License-Identifier: Apache-2.0
-- Without an args group every argument is its default; print and log take anything.
assert(run:arg("rounds", 3) == 3)
print("a text", 1, 1.5, nil, true, {}, print, run.net, run.net[1])
print()
run:log { text = "x", list = { 1, 2.5, "three" }, group = { a = true }, none = {}, big = 1e300 }
run:log {}
assert(run:random(3) <= 3)
local sum = 0
for _ = 1, 1000 do sum = sum + run:random() end
assert(sum > 450 and sum < 550)
