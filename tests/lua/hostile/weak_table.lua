-- SPDX-License-Identifier: Apache-2.0
-- expect: setmetatable: '__mode' is not allowed
setmetatable({}, { __mode = "k" })
