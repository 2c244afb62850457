-- SPDX-License-Identifier: Apache-2.0
-- expect: setmetatable: '__close' is not allowed in a schedule
setmetatable({}, { __close = "k" })
