-- SPDX-License-Identifier: Apache-2.0
-- expect: attempt to index a boolean value
getmetatable("").__index = nil
