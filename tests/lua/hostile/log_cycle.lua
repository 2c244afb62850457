-- SPDX-License-Identifier: Apache-2.0
-- expect: run:log: tables within tables
local t = {}
t.t = t
run:log(t)
