-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
while true do pcall(error, "again") end
