-- SPDX-License-Identifier: Apache-2.0
-- expect: attempt to index a nil value (local 'x')
local x
x.y = 1
