-- SPDX-License-Identifier: Apache-2.0
-- expect: memory
-- memory: 8
local t = {}
while true do t = { t, {}, {}, {} } end
