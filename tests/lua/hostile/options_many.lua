-- SPDX-License-Identifier: Apache-2.0
-- expect: more than 2000 values
local t = {}
for i = 1, 3000 do t["x" .. i] = i end
run.net:prune(t)
