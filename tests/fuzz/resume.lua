-- SPDX-License-Identifier: Apache-2.0
-- The schedule of the target resume: every record that a journal can hold.
local net = run.net
local s = net:snapshot()
net:train {
  epochs = 1,
  on_step = function(e) return e.loss < 9 end,
  on_epoch = function(e) return e.loss < 9 end,
}
run:log(net:test())
net:prune { on_prune = function(p) return p.kept > 0 end }
net:restore(s)
net:share()
run:metric("size", net:size().bytes)
local ok, e = pcall(net.prune, net, { amount = 2 })
run:log { ok = ok, text = tostring(e) }
net:train()
net:encode()
