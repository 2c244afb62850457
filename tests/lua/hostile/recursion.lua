-- SPDX-License-Identifier: Apache-2.0
-- expect: stack overflow
-- instructions: 1000000000
local function f() return 1 + f() end
f()
