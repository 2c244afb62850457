-- SPDX-License-Identifier: Apache-2.0
-- Automated gradual pruning (Zhu and Gupta 2017): training goes on while every few
-- steps each parameter is pruned to amount * (1 - (1 - t)^3), t rising from 0 to 1;
-- then shares, tunes, encodes.
-- Arguments:
--   prune_epochs  as train   epochs of the training under which it is pruned
--   prune_rate    as train   its learning rate
--   every         100        steps from one pruning to the next
--   start         0          step at which t is 0
--   ramp          0.75       part of these epochs after which the amount is reached, to
--                            the last pruning before it
--   tune_epochs, tune_rate   see lib/finish.lua
local pruning = require "pruning"
local net = run.net
local epochs = run:arg("prune_epochs", net:option("train", "epochs"))
local rate = run:arg("prune_rate", net:option("train", "rate") + 0.0)
local every = run:arg("every", 100)
local start = run:arg("start", 0)
local ramp = run:arg("ramp", 0.75)
local finish = require "finish" (net)
local total = epochs * math.ceil(run.samples.train / net:option("train", "batch"))
local steps = every * math.floor((ramp * total - start) / every) -- all from start to the amount
if steps < every then
  error(("args.every: %d of the %d steps come before the amount is to be reached"):format(
    math.max(0, math.floor(ramp * total - start)), total), 0)
end

net:train()
net:train {
  epochs = epochs,
  rate = rate,
  on_step = function(at)
    local step = at.done - start
    if step < 0 or step > steps or step % every ~= 0 then return end
    pruning.toward(net, step / steps, pruning.curves.cubic)
    run:log { step = at.done, sparsity = net:sparsity() }
  end,
}
finish()
