-- SPDX-License-Identifier: Apache-2.0
-- expect: overflow
local t = setmetatable({}, {})
getmetatable(t).__tostring = function(x) return tostring(x) end
print(t)
