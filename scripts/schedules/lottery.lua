-- SPDX-License-Identifier: Apache-2.0
-- The lottery ticket (Frankle and Carbin 2019): trains, prunes, takes the weights
-- that are left back to what they were at an early step, and trains again.
-- Arguments:
--   rounds        5   prunings up to the config's amounts, each of the same share
--   rewind_step   0   the step of the first training to go back to (Frankle 2020);
--                     0: to the initial weights
--   tune_epochs, tune_rate   see lib/finish.lua
local pruning = require "pruning"
local net = run.net
local rounds = run:arg("rounds", 5)
local rewind_step = run:arg("rewind_step", 0)
local finish = require "finish" (net)

local early = rewind_step == 0 and net:snapshot()
net:train {
  on_step = function(at)
    if at.done == rewind_step then early = net:snapshot() end
  end,
}
if not early then error("args.rewind_step: the first training has fewer steps", 0) end

for round = 1, rounds do
  pruning.toward(net, round / rounds, pruning.curves.geometric)
  net:restore(early, "weights")
  net:train()
  run:log { round = round, sparsity = net:sparsity(), error = net:test().error }
end
finish()
