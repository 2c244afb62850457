-- SPDX-License-Identifier: Apache-2.0
-- The lottery ticket (Frankle and Carbin 2019): trains, prunes, takes the weights
-- that are left back to what they were at an early step, and trains on from there.
-- Arguments:
--   rounds        5   prunings up to the config's amounts, each of the same share
--   rewind_step   0   the step of the first training to go back to (Frankle 2020);
--                     0: to the initial weights
--   tune_epochs, tune_rate   see lib/finish.lua
-- A training after rewinding has the steps that come after that step, at the rates
-- that they had (its first one at the first rate: hooks come after steps).
local pruning = require "pruning"
local net = run.net
local rounds = run:arg("rounds", 5)
local rewind_step = run:arg("rewind_step", 0)
local finish = require "finish" (net)

local early, rates = rewind_step == 0 and net:snapshot(), {}
net:train {
  on_step = function(at)
    rates[at.done] = at.rate
    if at.done == rewind_step then early = net:snapshot() end
  end,
}
if rewind_step < 0 or rewind_step >= #rates then
  error(("args.rewind_step: must be less than the %d steps of train"):format(#rates), 0)
end

local function from_there(at)
  local done = rewind_step + at.done
  return done < #rates and { rate = rates[done + 1] }
end
for round = 1, rounds do
  pruning.toward(net, round / rounds, pruning.curves.geometric)
  net:restore(early, "weights")
  net:train { on_step = rewind_step > 0 and from_there or nil }
  run:log { round = round, sparsity = net:sparsity(), error = net:test().error }
end
finish()
