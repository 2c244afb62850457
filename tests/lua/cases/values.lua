-- SPDX-License-Identifier: Apache-2.0
-- set: args.rounds=7
-- set: args.word=hello
-- set: args.half=0.5
-- set: args.on=true
-- What a script reads off run, the net and its parameters, by its definition.
assert(run.name == "tiny" and run.seed == 3 and math.type(run.seed) == "integer")
assert(run.config.data.plugin == "idx" and run.config.model.hidden[1] == 24)
assert(#run.config.rules == 1 and run.config.rules[1].match == "fc2.weight")
assert(run.samples.train == 600 and run.samples.test == 200 and run.samples.validation == 0)

assert(run:arg("rounds", 1) == 7 and run:arg("word", "x") == "hello")
assert(run:arg("half", 1.0) == 0.5 and run:arg("on", false) == true)
assert(run:arg("rounds") == 7 and run:arg("missing", 4) == 4 and run:arg("none", nil) == nil)

local net = run.net
assert(net == run.net and net ~= net:params("fc1*") and net == net:params() and #net == 4 and tostring(net) == "net of 4 parameters")
local names, count = {}, 0
for i, p in ipairs(net) do
  names[i] = p.name
  count = count + p.count
  assert(p == net[i] and p == net[p.name] and tostring(p) == p.name)
  assert(p.kept == p.count and p.sparsity == 0 and p.centroids == 0)
  assert(p.is_bias == (p.name:match("%.bias$") ~= nil))
end
assert(table.concat(names, " ") == "fc1.weight fc1.bias fc2.weight fc2.bias")
assert(count == 64 * 24 + 24 + 24 * 4 + 4)
local shape = net["fc1.weight"].shape
assert(#shape == 2 and shape[1] == 24 and shape[2] == 64)
assert(net[5] == nil and net[0] == nil and net[-1] == nil)
assert(net["fc1.weight"] ~= net["fc2.weight"])

local weights = net:params("*.weight")
assert(#weights == 2 and weights[2].name == "fc2.weight")
assert(#net:params("fc1.*", "*.bias") == 3 and #weights:params("fc2*") == 1)
assert(not pcall(weights.params, weights, "*.bias"))
assert(#net:params() == 4 and #weights:params() == 2)

assert(net:option("train", "epochs") == 2 and net:option("train", "rate") == 0.1)
assert(net:option("train", "optimizer") == "sgd" and net:option("train", "frozen") == false)
assert(net:option("train", "dropout") == nil and net:option("prune", "quality") == nil)
assert(net:option("prune", "amount") == 0.7)
assert(net["fc1.weight"]:option("prune", "amount") == 0.7)
assert(net["fc2.weight"]:option("prune", "amount") == 0.4)
assert(net["fc2.bias"]:option("prune", "skip") == true)
assert(net["fc2.weight"]:option("prune", "skip") == false)

assert(net:sparsity() == 0)
local size = net:size()
assert(size.weights == 1632 and size.kept == 1632 and size.dense_bytes == 4 * count)
assert(size.bytes > 0 and math.abs(size.ratio - size.dense_bytes / size.bytes) < 1e-12)
assert(weights:size().dense_bytes == 4 * 1632 and weights:size().bytes == nil)
