-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
error(setmetatable({}, { __tostring = function() while true do end end }))
