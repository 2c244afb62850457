-- SPDX-License-Identifier: Apache-2.0
-- expect: prune.amuont: unknown option
run.net:prune(setmetatable({ amuont = 1 }, { __index = error, __pairs = error }))
