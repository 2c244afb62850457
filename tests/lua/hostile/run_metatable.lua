-- SPDX-License-Identifier: Apache-2.0
-- expect: table expected, got pare.run
setmetatable(run, {})
