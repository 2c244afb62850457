-- SPDX-License-Identifier: Apache-2.0
-- Prunes before every step of a training what is below a threshold, then trains what
-- is left under fixed masks (Catalani 2019); shares, tunes, encodes.
-- The config gives prune.quality, times the standard deviation of each layer as first
-- trained, or prune.threshold itself.
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

-- The thresholds stay those of the first pruning: what goes changes the deviation.
local function prune(cuts)
  for _, each in ipairs(cuts) do
    net:params(table.unpack(each.names)):prune { threshold = each.cut }
  end
end

net:train()
local cuts, at_cut = {}, {}
for _, p in ipairs(net:prune().params) do
  if not at_cut[p.cut] then
    at_cut[p.cut] = { cut = p.cut, names = {} }
    table.insert(cuts, at_cut[p.cut])
  end
  table.insert(at_cut[p.cut].names, p.name)
end
net:train {
  epochs = prune_epochs,
  rate = prune_rate,
  on_step = function(at)
    if at.done % every == 0 and at.done < at.total then prune(cuts) end
  end,
}
run:log { sparsity = net:sparsity(), error = net:test().error }
net:train { epochs = fixed_epochs, rate = fixed_rate }
finish()
