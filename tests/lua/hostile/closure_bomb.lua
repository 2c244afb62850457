-- SPDX-License-Identifier: Apache-2.0
-- expect: memory
-- memory: 8
local f = print
while true do local g = f f = function() return g end end
