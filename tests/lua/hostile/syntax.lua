-- SPDX-License-Identifier: Apache-2.0
-- expect: unexpected symbol near '='
local x = = 1
