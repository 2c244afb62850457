-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
table.remove(setmetatable({}, { __len = function() return 1 << 50 end }), 1)
