-- SPDX-License-Identifier: Apache-2.0
local net = run.net
net:train()
run:metric("error before", net:test().error)
net:prune()
net:train { epochs = 4, rate = 0.05 }
net:share()
net:train { epochs = 1, rate = 1e-3 }
local got = net:test { layers = true }
run:metric("error after", got.error)
run:metric("flop fc2", 100 * got.layers[2].flops)
net:encode()
