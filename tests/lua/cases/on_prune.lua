-- SPDX-License-Identifier: Apache-2.0
-- The hook of prune: when it is called, with what, and what it may take back.
local net = run.net
net:train()
local whole = net:snapshot()
local kept = { ["fc1.weight"] = 1536 - 1075, ["fc2.weight"] = 96 - 38 } -- 0.7, 0.4

-- One parameter after the other; those after it are not pruned yet.
local names = {}
local got = net:prune {
  on_prune = function(p)
    names[#names + 1] = p.name
    assert(p.kept == kept[p.name] and p.wanted == p.kept and p.count == net[p.name].count)
    assert(p.cut > 0 and net[p.name].kept == p.kept)
    if p.name == "fc1.weight" then assert(net["fc2.weight"].kept == 96) end
  end,
}
assert(table.concat(names, " ") == "fc1.weight fc2.weight")
assert(got.kept == kept["fc1.weight"] + kept["fc2.weight"])
local loss, bytes = net:test().loss, net:size().bytes
net:restore(whole)
net:prune()
assert(net:test().loss == loss and net:size().bytes == bytes, "the same as without a hook")

-- False takes back, exactly, and is no request that was missed.
net:restore(whole)
loss = net:test().loss
got = net:prune { on_prune = function(p) return p.name ~= "fc1.weight" end }
assert(got.params[1].undone and got.params[1].kept == 1536 and not got.params[2].undone)
assert(net["fc1.weight"].kept == 1536 and net["fc2.weight"].kept == kept["fc2.weight"])
net:restore(whole)
net:params("fc2.weight"):prune()
local other = net:test().loss
net:restore(whole)
net:prune { on_prune = function(p) return p.name ~= "fc1.weight" end }
assert(net:test().loss == other)
net:restore(whole)
net:prune { on_prune = function() return false end }
assert(net:test().loss == loss and net:sparsity() == 0)

-- A pruning that costs too much, seen by itself.
net:restore(whole)
local most = net:test().loss + 0.02
got = net:prune { amount = 0.9, on_prune = function() return net:test().loss <= most end }
assert(net:test().loss <= most)

-- An error takes all back.
net:restore(whole)
local ok, e = pcall(net.prune, net, {
  on_prune = function(p) if p.name == "fc2.weight" then error { "mine" } end end,
})
assert(not ok and e[1] == "mine" and net:sparsity() == 0 and net:test().loss == loss)

-- Only a test may be made, and only false or nothing returned.
for _, verb in ipairs { "train", "prune", "share", "encode", "snapshot" } do
  ok, e = pcall(net.prune, net, { on_prune = function() net[verb](net) end })
  assert(not ok and e.text:find(verb .. " cannot be called from on_prune", 1, true), e)
end
ok, e = pcall(net.prune, net, { on_prune = function() net:restore(whole) end })
assert(not ok and e.text:find("restore cannot be called", 1, true), e)
ok, e = pcall(net.prune, net, { on_prune = function() return { rate = 1 } end })
assert(not ok and e.text:find("prune.on_prune: must return false or nothing, not a table"), e)
ok, e = pcall(net.prune, net, { on_prune = "no" })
assert(not ok and e.text:find("prune.on_prune: must be a function"), e)

-- Within a hook of train.
net:train {
  epochs = 1,
  on_step = function(at)
    if at.done == 2 then
      net:prune { on_prune = function() assert(not pcall(net.train, net)) end }
      assert(net:sparsity() > 0.6)
    end
  end,
}
