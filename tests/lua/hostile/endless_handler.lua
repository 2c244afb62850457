-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
local function spin() while true do end end
while true do xpcall(spin, spin) end
