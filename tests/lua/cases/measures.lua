-- SPDX-License-Identifier: Apache-2.0
-- What a test measures of each layer, dead neurons, sharing with the zeros.
local net = run.net
net:train { epochs = 1 }
local plain = net:test()
assert(plain.layers == nil and plain.flops == nil)

local t = net:test { layers = true }
assert(t.error == plain.error and t.loss == plain.loss and #t.layers == 2 and t.flops <= 1)
local fc1, fc2 = t.layers[1], t.layers[2]
assert(fc1.name == "fc1" and fc1.macs == 24 * 64 and fc1.kept == 1 and fc1.flops == 1)
assert(fc1.active > 0 and fc1.active < 1 and fc2.flops == fc1.active and fc2.active == 1)
assert(math.abs(t.flops - (fc1.macs + fc2.macs * fc1.active) / (fc1.macs + fc2.macs)) < 1e-12)
assert(fc1.neurons == 24 and fc1.no_input == 0 and fc2.no_output == 0)

-- Nearly all of fc2 goes: most neurons have no outputs then.
net:params("fc2.weight"):prune { amount = 0.95 }
t = net:test { layers = true }
assert(t.layers[1].no_output >= 24 - 5 and t.layers[2].kept == 5 / 96)
local got = net:prune { dead = true }
assert(got.layers[1].removed == t.layers[1].no_output and got.layers[1].left == 0)
assert(got.kept == net:size().kept and net["fc1.weight"].kept == (24 - t.layers[1].no_output) * 64)
assert(math.abs(net:test().loss - t.loss) < 1e-5)
assert(net:prune { dead = true }.layers[1].removed == 0)

-- Shared with the zeros: no mask, no more values than asked.
net:params("fc1.weight"):share { centroids = 4, zeros = "inclusive" }
assert(net["fc1.weight"].kept == 1536 and net["fc1.weight"].centroids == 4)
net:params("fc2.weight"):share { centroids = 3 }
assert(net["fc2.weight"].kept == 5)
net:encode()

run:metric("a name", 1)
run:metric("a name", 2.5)
for _, bad in ipairs { { "", 1 }, { "x" }, { "x", "y" }, {} } do
  assert(not pcall(run.metric, run, table.unpack(bad)))
end
