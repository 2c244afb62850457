-- SPDX-License-Identifier: Apache-2.0
-- Trains, after pruning at random where the config asks for it: what scripts/bench times.
local masked = run:arg("masked", false)

if masked then run.net:prune() end
run.net:train()
