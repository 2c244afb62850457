-- SPDX-License-Identifier: Apache-2.0
-- expect: an object was raised that could not be turned into text
error(setmetatable({}, { __tostring = function() error "no" end }))
