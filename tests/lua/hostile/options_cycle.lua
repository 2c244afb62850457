-- SPDX-License-Identifier: Apache-2.0
-- expect: tables within tables more than
local t = {}
t.t = t
run.net:prune(t)
