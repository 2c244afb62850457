-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
local t = setmetatable({}, { __index = function(t, k) return t[k + 1] and nil end })
pcall(function() return t[1] end)
while true do end
