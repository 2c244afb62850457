-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
table.insert(setmetatable({}, { __len = function() return 1 << 50 end }), 1, "x")
