-- SPDX-License-Identifier: Apache-2.0
-- set: data.validation=100
-- What the verbs do and return.
local net = run.net
assert(run.samples.validation == 100 and run.samples.train == 500)

local got = net:train()
assert(got.epochs == 2 and got.steps == 50 and not got.stopped and got.seconds == nil)
assert(got.loss > 0 and got.validation_error >= 0 and got.validation_error <= 100)

for _, split in ipairs { "test", "validation", "train" } do
  local t = net:test { split = split }
  assert(t.samples == run.samples[split])
  local wrong = t.error / 100 * t.samples
  assert(math.abs(wrong - math.floor(wrong + 0.5)) < 1e-6)
  assert(math.abs(t.accuracy - (1 - t.error / 100)) < 1e-12)
end

-- A frozen parameter keeps its file; a selection trains alone.
local before = net:test().loss
net:params("*.bias"):train { epochs = 1, rate = 0.0 }
assert(net:test().loss == before)
net:params("fc2.bias"):train { epochs = 1 }
assert(net:test().loss ~= before)

-- Amounts: of a call, of a rule, of one parameter.
local p = net:prune()
local kept = { ["fc1.weight"] = 1536 - 1075, ["fc2.weight"] = 96 - 38 } -- round(0.7 n), round(0.4 n)
assert(#p.params == 2 and p.count == 1632)
for _, one in ipairs(p.params) do
  assert(one.kept == kept[one.name] and one.wanted == one.kept, one.name)
  assert(net[one.name].kept == one.kept)
end
assert(p.kept == net:size().kept and math.abs(p.sparsity - net:sparsity()) < 1e-12)
p = net:params("fc2*"):prune { amount = 0.75 }
assert(#p.params == 1 and p.kept == 24 and net["fc1.weight"].kept == kept["fc1.weight"])
local ok, e = pcall(net.prune, net, { amount = 0.1 })
assert(not ok and e.status == "request" and e.text:find("asked"), e)

net:train { epochs = 1 }
assert(net["fc2.weight"].kept == 24)

local s = net:share { bits = 2 }
assert(#s.params == 2 and s.params[1].centroids == 4 and net["fc1.weight"].centroids == 4)
assert(s.params[1].inertia > 0 and s.params[1].wanted == 4)
local size = net:size().bytes
local out = net:encode()
assert(out.bytes == size)
assert(math.abs(out.ratio - net:size().dense_bytes / out.bytes) < 1e-9)
assert(math.abs(out.bits_per_weight - 32 / out.ratio) < 1e-9)
