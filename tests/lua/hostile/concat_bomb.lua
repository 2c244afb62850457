-- SPDX-License-Identifier: Apache-2.0
-- expect: memory
local s = "xxxxxxxx"
while true do s = s .. s end
