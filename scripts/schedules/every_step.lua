-- SPDX-License-Identifier: Apache-2.0
-- Prunes before every step of a training what is below a threshold, then trains what
-- is left under fixed masks (Catalani 2019); shares, tunes, encodes.
-- The threshold is prune.threshold, or prune.quality times the standard deviation of
-- the layer as it then is, what was pruned before counted as zeros.
-- Arguments:
--   prune_epochs, prune_rate   as train   of the training under which it is pruned
--   every                      1          steps from one pruning to the next
--   fixed_epochs, fixed_rate   as train   of the training after it
--   tune_epochs, tune_rate                see lib/finish.lua
local net = run.net
local epochs, rate = net:option("train", "epochs"), net:option("train", "rate") + 0.0
local prune_epochs = run:arg("prune_epochs", epochs)
local prune_rate = run:arg("prune_rate", rate)
local every = run:arg("every", 1)
local fixed_epochs = run:arg("fixed_epochs", epochs)
local fixed_rate = run:arg("fixed_rate", rate)
local finish = require "finish" (net)
for _, p in ipairs(net) do
  if not p:option("prune", "skip") and p:option("prune", "amount") then
    error("an amount is reached at once; give prune.quality or prune.threshold", 0)
  end
end

local function prune() net:prune { zeros = "inclusive" } end

net:train()
prune()
net:train {
  epochs = prune_epochs,
  rate = prune_rate,
  on_step = function(at)
    if at.done % every == 0 and at.done < at.total then prune() end
  end,
}
run:log { sparsity = net:sparsity(), error = net:test().error }
net:train { epochs = fixed_epochs, rate = fixed_rate }
finish()
