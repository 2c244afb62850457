-- SPDX-License-Identifier: Apache-2.0
-- expect: more than 20000000 instructions since the last verb
run.net:prune {
  on_prune = function()
    pcall(function() while true do end end)
    return false
  end,
}
