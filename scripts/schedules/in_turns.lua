-- SPDX-License-Identifier: Apache-2.0
-- Prunes and retrains convolutions and dense layers in turns, the other kind frozen
-- meanwhile, up to the config's amounts (Han 2015); then shares, tunes, encodes.
-- Arguments:
--   rounds          2            turns of each kind
--   curve           "geometric"  or "cubic", "linear": amounts of the rounds
--   first           "conv"       or "dense": the kind that begins
--   retrain_epochs  3            epochs of each turn
--   retrain_rate    rate / 10    learning rate of the turns
--   adjust_dropout  false        dropout times sqrt(connections left / all)
--   tune_epochs, tune_rate       see lib/finish.lua
local layers, pruning = require "layers", require "pruning"
local net = run.net
local rounds = run:arg("rounds", 2)
local curve = pruning.curve(run:arg("curve", "geometric"))
local first = run:arg("first", "conv")
local epochs = run:arg("retrain_epochs", 3)
local rate = run:arg("retrain_rate", net:option("train", "rate") / 10)
local dropout = run:arg("adjust_dropout", false) and layers.dropout(net)
local finish = require "finish" (net)
local order = ({ conv = { "conv", "dense" }, dense = { "dense", "conv" } })[first]
  or error("args.first: '" .. first .. "' is neither conv nor dense", 0)
local kinds = layers.kinds(net)
if not (kinds.conv and kinds.dense) then
  error("the network has layers of one kind only; iterative.lua is for such", 0)
end

local function adjusted() return dropout and layers.adjusted_dropout(net, dropout) or nil end

net:train()
for round = 1, rounds do
  for _, kind in ipairs(order) do
    pruning.toward(kinds[kind], round / rounds, curve)
    kinds[kind]:train { epochs = epochs, rate = rate, dropout = adjusted() }
    run:log { round = round, kind = kind, sparsity = net:sparsity(), error = net:test().error }
  end
end
finish { dropout = adjusted() }
