-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
table.sort(setmetatable({}, { __len = function() return 1 << 50 end }))
