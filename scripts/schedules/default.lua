-- SPDX-License-Identifier: Apache-2.0
-- Train, prune, retrain, share weights, train the shared values, encode: the road of
-- Deep Compression (Han 2016), each verb once, all by the config's groups.
-- Arguments:
--   retrain_epochs  as train     epochs after pruning
--   tune_epochs     as train     epochs of the shared values
--   tune_rate       rate / 100   their learning rate: a shared value moves by the sum
--                                of what its weights would
local net = run.net
local epochs = net:option("train", "epochs")
local retrain_epochs = run:arg("retrain_epochs", epochs)
local tune_epochs = run:arg("tune_epochs", epochs)
local tune_rate = run:arg("tune_rate", net:option("train", "rate") / 100)

net:train()
net:prune()
net:train { epochs = retrain_epochs }
net:share()
net:train { epochs = tune_epochs, rate = tune_rate }
net:encode()
