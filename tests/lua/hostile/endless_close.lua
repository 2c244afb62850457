-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
-- Written into the metatable afterwards: what closes is held to the limit as well, once
-- for each of thousands of calls that are left by the error.
local meta = {}
local closed = setmetatable({}, meta)
meta.__close = function() while true do end end
local function deeper()
    local here <close> = closed
    deeper()
end
deeper()
