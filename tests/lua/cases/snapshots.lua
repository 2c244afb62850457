-- SPDX-License-Identifier: Apache-2.0
-- Rewinding: the weights of an early step under later masks, exactly.
local net = run.net
local early
net:train {
  on_step = function(at)
    if at.done == 7 then early = net:snapshot() end
  end,
}
local trained = net:snapshot()
net:prune()
local pruned = net:snapshot()

-- Two ways to the early weights under the masks.
net:restore(early, "weights")
local a, bytes = net:test(), net:size().bytes
net:restore(early)
assert(net:sparsity() == 0)
net:restore(pruned, "masks")
local b = net:test()
assert(a.loss == b.loss and a.error == b.error and bytes == net:size().bytes)

-- All of it, and one parameter.
net:restore(trained)
local loss = net:test().loss
net:params("fc1.weight"):restore(pruned)
assert(net["fc1.weight"].kept < net["fc1.weight"].count)
assert(net["fc2.weight"].kept == net["fc2.weight"].count)
net:params("fc1.weight"):restore(trained)
assert(net:test().loss == loss)

-- The same training from the same point differs only by the order of samples: a
-- snapshot holds no random stream.
net:share()
local ok, e = pcall(net.restore, net, early, "weights")
assert(not ok and e.status == "state", e)
net:restore(early)
assert(net["fc1.weight"].centroids == 0)

-- Many of them are let go of: 4000 of 7 kB each would show in the memory.
for _ = 1, 4000 do early = net:snapshot() end
