-- SPDX-License-Identifier: Apache-2.0
-- A net whose weights scripts/bench shares: trained, and pruned where the config asks.
local pruned = run:arg("pruned", false)

run.net:train()
if pruned then
  run.net:prune()
  run.net:train { epochs = 2 }
end
run.net:encode()
