-- SPDX-License-Identifier: Apache-2.0
-- set: data.validation=100
-- Hooks: when they are called, with what, and what they may do.
local net = run.net
local steps, epochs = 0, 0
local got = net:train {
  epochs = 3,
  on_step = function(at)
    steps = steps + 1
    assert(at.done == steps and at.total == 75 and at.steps == 25 and at.epochs == 3)
    assert(at.step == (steps - 1) % 25 + 1 and at.epoch == (steps - 1) // 25 + 1)
    assert(at.loss > 0 and at.error >= 0 and at.error <= 100 and at.validation_error == nil)
    assert(at.rate > 0 and at.rate <= 0.1)
  end,
  on_epoch = function(at)
    epochs = epochs + 1
    assert(at.epoch == epochs and at.step == 25 and steps == 25 * epochs)
    assert(at.validation_error == net:test { split = "validation" }.error)
  end,
}
assert(steps == 75 and epochs == 3 and got.epochs == 3 and not got.stopped)

-- false stops; nothing and true do not.
got = net:train { epochs = 2, on_step = function(at) return at.done < 5 end }
assert(got.stopped and got.steps == 5)
got = net:train { epochs = 2, on_epoch = function() return nil end }
assert(not got.stopped and got.epochs == 2)
got = net:train { epochs = 2, on_epoch = function() return false end }
assert(got.stopped and got.epochs == 1)

-- Pruning under way: what goes stays away while the rest learns.
net:train {
  epochs = 2,
  on_step = function(at)
    if at.done == 10 then net:prune { amount = 0.5 } end
    if at.done > 10 then assert(net:sparsity() == 0.5) end
  end,
}
assert(net:sparsity() == 0.5)

-- Sharing under way, from weights to shared values.
net:train {
  epochs = 1,
  on_step = function(at)
    if at.done == 3 then net:share { bits = 3 } end
  end,
}
assert(net["fc1.weight"].centroids == 8)

-- The rate, from the step after on; "none" gives it back to the policy.
local rates = {}
net:train {
  epochs = 1,
  policy = "constant",
  on_step = function(at)
    rates[at.done] = at.rate
    if at.done == 3 then return { rate = 0.03 } end
    if at.done == 5 then return { rate = "none" } end
    return true
  end,
}
assert(table.concat(rates, " ", 2, 7) == "0.1 0.1 0.03 0.03 0.1 0.1")

-- Freezing: what is frozen stands still, also where the call's selection is less.
local still = net:params("fc1*")
local start
net:train {
  epochs = 1,
  on_step = function(at)
    if at.done == 4 then
      start = net:snapshot()
      return { frozen = "fc1.*" }
    elseif at.done == 8 then
      local loss = net:test().loss
      still:restore(start)
      assert(net:test().loss == loss, "fc1 has not moved")
      net:params("fc2*"):restore(start)
      assert(net:test().loss ~= loss, "fc2 has")
      return { frozen = {} }
    elseif at.done == 12 then
      local loss = net:test().loss
      still:restore(start)
      assert(net:test().loss ~= loss, "fc1 moves again")
    end
  end,
}

-- What is not there, not possible, not a change.
for _, case in ipairs {
  { { rte = 0.1 }, "train.on_step.rte: unknown" },
  { { rate = -1 }, "train.on_step.rate:" },
  { { dropout = 0.5 }, "train.on_step.dropout: the model has no dropout layer" },
  { { frozen = "conv*" }, "no parameter matches 'conv*'" },
  { { frozen = 3 }, "must be a pattern" },
} do
  local change, text = case[1], case[2]
  local ok, e = pcall(net.train, net, { on_step = function() return change end })
  assert(not ok and e.status == "user" and e.text:find(text, 1, true), e)
end
local ok, e = pcall(net.train, net, { on_step = function() return 1 end })
assert(not ok and e.text:find("train.on_step: must return", 1, true), e)

-- Errors come through as what they are, and the net goes on to work.
ok, e = pcall(net.train, net, { on_step = function() error("stop here") end })
assert(not ok and e.text == "stop here" and e.place:match("hooks.lua:104$"), e.place)
local mine = { "mine" }
ok, e = pcall(net.train, net, { on_epoch = function() error(mine) end })
assert(not ok and e == mine)
ok, e = pcall(net.train, net, { on_step = function() net:prune { amount = 2 } end })
assert(not ok and e.status == "user" and e.text:find("prune.amount"))
ok, e = pcall(net.train, net, { on_step = function() net:train() end })
assert(not ok and e.text:find("from a hook"))
net:train { epochs = 1 }

-- A test in a hook is not taken for the error at the end (encode compares).
net:train { epochs = 1, on_step = function(at) return net:test().error >= 0 and at.done < 20 end }
net:encode()
