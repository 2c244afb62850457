-- SPDX-License-Identifier: Apache-2.0
-- expect: setmetatable: '__mode' is not allowed in a schedule
setmetatable({}, { __mode = "k" })
