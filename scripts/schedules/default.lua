-- SPDX-License-Identifier: Apache-2.0
-- Train, prune, retrain, share weights, train the shared values, encode: the road of
-- Deep Compression (Han 2016), each verb once, all by the config's groups.
local net = run.net

local retrain_epochs = run:arg("retrain_epochs", net:option("train", "epochs"))
local tune_epochs = run:arg("tune_epochs", net:option("train", "epochs"))

net:train()
net:prune()
net:train { epochs = retrain_epochs }
net:share()
net:train { epochs = tune_epochs }
net:encode()
