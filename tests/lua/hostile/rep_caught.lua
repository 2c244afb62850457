-- SPDX-License-Identifier: Apache-2.0
-- expect: memory
while true do pcall(string.rep, "x", 1 << 30) end
