-- SPDX-License-Identifier: Apache-2.0
-- Prunes a little more and retrains, round after round, up to the config's amounts
-- (Han 2015); then shares weights, trains the shared values and encodes (Han 2016).
-- Arguments:
--   rounds          4                   prunings, each with a training after it
--   curve           "geometric"         or "cubic", "linear": amounts of the rounds
--   retrain_epochs  3                   epochs of each round
--   retrain_rate    rate / 2            learning rate of the rounds
--   last_epochs     2 x retrain_epochs  epochs of the last round, at the final amounts
--   adjust_dropout  false               dropout times sqrt(connections left / all)
--   tune_epochs, tune_rate              see lib/finish.lua
local layers, pruning = require "layers", require "pruning"
local net = run.net
local rounds = run:arg("rounds", 4)
local curve = pruning.curve(run:arg("curve", "geometric"))
local epochs = run:arg("retrain_epochs", 3)
local rate = run:arg("retrain_rate", net:option("train", "rate") / 2)
local last_epochs = run:arg("last_epochs", 2 * epochs)
local dropout = run:arg("adjust_dropout", false) and layers.dropout(net)
local finish = require "finish" (net)

local function adjusted() return dropout and layers.adjusted_dropout(net, dropout) or nil end

net:train()
for round = 1, rounds do
  pruning.toward(net, round / rounds, curve)
  net:train {
    epochs = round < rounds and epochs or last_epochs,
    rate = rate,
    dropout = adjusted(),
  }
  run:log { round = round, sparsity = net:sparsity(), error = net:test().error }
end
finish { dropout = adjusted() }
