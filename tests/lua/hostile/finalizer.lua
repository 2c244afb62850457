-- SPDX-License-Identifier: Apache-2.0
-- expect: setmetatable: '__gc' is not allowed
setmetatable({}, { __gc = function() while true do end end })
