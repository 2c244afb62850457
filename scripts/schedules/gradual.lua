-- SPDX-License-Identifier: Apache-2.0
-- Automated gradual pruning (Zhu and Gupta 2017): training goes on while every few
-- steps each parameter is pruned to amount * (1 - (1 - t)^3), t rising from 0 to 1.
-- Arguments:
--   prune_epochs  as train   epochs of the training under which it is pruned
--   prune_rate    as train   its learning rate
--   every         100        steps from one pruning to the next
--   ramp          0.75       part of these epochs after which the amount is reached
--   tune_epochs, tune_rate   see lib/finish.lua
local pruning = require "pruning"
local net = run.net
local epochs = run:arg("prune_epochs", net:option("train", "epochs"))
local rate = run:arg("prune_rate", net:option("train", "rate") + 0.0)
local every = run:arg("every", 100)
local ramp = run:arg("ramp", 0.75)
local finish = require "finish" (net)

net:train()
net:train {
  epochs = epochs,
  rate = rate,
  on_step = function(at)
    local last = math.max(1, math.ceil(ramp * at.total)) -- the step that reaches the amount
    if at.done > last or at.done < last and at.done % every ~= 0 then return end
    pruning.toward(net, at.done / last, pruning.curves.cubic)
    run:log { step = at.done, sparsity = net:sparsity() }
  end,
}
finish()
