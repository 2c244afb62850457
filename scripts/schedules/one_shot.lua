-- SPDX-License-Identifier: Apache-2.0
-- Trains, prunes all at once, retrains at a lower rate, shares, tunes, encodes.
-- Arguments: retrain_epochs (as train), retrain_rate (half of train's rate);
-- tune_epochs, tune_rate (lib/finish.lua).
local net = run.net
local epochs = run:arg("retrain_epochs", net:option("train", "epochs"))
local rate = run:arg("retrain_rate", net:option("train", "rate") / 2)
local finish = require "finish" (net)

net:train()
net:prune()
net:train { epochs = epochs, rate = rate }
finish()
