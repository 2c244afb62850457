-- SPDX-License-Identifier: Apache-2.0
-- Dense-sparse-dense training (Han 2017): trains, prunes, trains the rest, then lets
-- the pruned weights start again from zero and trains all. For accuracy: the
-- result is dense.
-- Arguments: sparse_epochs, dense_epochs (as train); sparse_rate (as train);
-- dense_rate (a tenth of train's rate).
local net = run.net
local epochs, rate = net:option("train", "epochs"), net:option("train", "rate") + 0.0
local sparse_epochs = run:arg("sparse_epochs", epochs)
local sparse_rate = run:arg("sparse_rate", rate)
local dense_epochs = run:arg("dense_epochs", epochs)
local dense_rate = run:arg("dense_rate", rate / 10)

net:train()
local dense = net:snapshot()
run:log { phase = "dense", error = net:test().error }

net:prune()
net:train { epochs = sparse_epochs, rate = sparse_rate }
run:log { phase = "sparse", error = net:test().error }

net:restore(dense, "masks") -- there were none
net:train { epochs = dense_epochs, rate = dense_rate }
run:log { phase = "dense again", error = net:test().error }
net:encode()
