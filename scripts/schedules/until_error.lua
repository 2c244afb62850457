-- SPDX-License-Identifier: Apache-2.0
-- Prunes the same share of what is left, round after round, until the error has
-- risen by more than asked; takes the last round back, shares, tunes, encodes.
-- Arguments:
--   rise            0.2         percentage points that the error may rise by
--   share           0.2         share of the kept weights that goes each round
--   rounds          40          at most so many
--   retrain_epochs  2           epochs of each round
--   retrain_rate    rate / 2    learning rate of the rounds
--   tune_epochs, tune_rate      see lib/finish.lua
-- The error is that of the validation split where there is one: hold some samples
-- out (data.validation), or the test set has chosen the sparsity.
local net = run.net
local rise = run:arg("rise", 0.2)
local share = run:arg("share", 0.2)
local rounds = run:arg("rounds", 40)
local epochs = run:arg("retrain_epochs", 2)
local rate = run:arg("retrain_rate", net:option("train", "rate") / 2)
local finish = require "finish" (net)
local split = run.samples.validation > 0 and "validation" or "test"

net:train()
local most = net:test { split = split }.error + rise
for round = 1, rounds do
  local before = net:snapshot()
  net:prune { amount = 1 - (1 - share) ^ round }
  net:train { epochs = epochs, rate = rate }
  local now = net:test { split = split }.error
  run:log { round = round, sparsity = net:sparsity(), error = now, most = most }
  if now > most then
    net:restore(before)
    break
  end
end
finish()
