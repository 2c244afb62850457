-- SPDX-License-Identifier: Apache-2.0
-- Han 2015: prunes what is below quality x deviation, retrains what is left at a
-- tenth of the rate, and again; convolutions and dense layers in turns, the other
-- kind frozen; dead neurons go. Measures what the paper's tables 1 and 3 have.
-- Arguments:
--   rounds          3          prunings, up to the config's qualities
--   retrain_epochs  10         epochs after each
--   last_epochs     as these   epochs after the last
--   retrain_rate    rate / 10
local layers, pruning = require "layers", require "pruning"
local net = run.net
local rounds = run:arg("rounds", 3)
local epochs = run:arg("retrain_epochs", 10)
local last_epochs = run:arg("last_epochs", epochs)
local rate = run:arg("retrain_rate", net:option("train", "rate") / 10)
local dropout = layers.dropout(net)
local kinds = layers.kinds(net)
local parts = kinds.conv and { kinds.conv, kinds.dense } or { net }

local function error_of(when) run:metric("error " .. when, net:test().error) end

net:train()
error_of "before"
local removed = 0
for round = 1, rounds do
  for _, part in ipairs(parts) do
    pruning.toward(part, round / rounds, pruning.curves.linear)
    for _, layer in ipairs(net:prune { dead = true }.layers) do removed = removed + layer.removed end
    part:train {
      epochs = round < rounds and epochs or last_epochs,
      rate = rate,
      dropout = layers.adjusted_dropout(net, dropout),
    }
  end
  run:log { round = round, sparsity = net:sparsity(), error = net:test().error }
end

local function percent(name, part) run:metric(name .. ", percent", 100 * part) end
error_of "after"
run:metric("dead neurons removed", removed)
local result, dead = net:test { layers = true }, 0
for _, layer in ipairs(result.layers) do
  percent("kept " .. layer.name, layer.kept)
  percent("flop " .. layer.name, layer.flops)
  percent("active " .. layer.name, layer.active)
  dead = dead + math.max(layer.no_input, layer.no_output)
end
percent("kept", 1 - net:sparsity())
percent("flop", result.flops)
run:metric("times fewer weights", 1 / (1 - net:sparsity()))
run:metric("dead neurons", dead)
net:encode()
