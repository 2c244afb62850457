-- SPDX-License-Identifier: Apache-2.0
-- Everything that a resume must get right: state in locals, random numbers, hooks that
-- call verbs, snapshots across verbs, failures that are caught, choices by results.
local net, count = run.net, 0
local helper = require("helper")
local first = net:snapshot()

net:train { epochs = 3, on_epoch = function(e) count = count + e.step; run:log { e = e.loss } end }
local before = net:test()
local dense = net:snapshot()

-- Pruning inside: before some of the steps, and at the ends of epochs.
local inner
net:train {
  epochs = 4,
  on_step = function(s)
    count = count + 1
    if s.done % (s.total // 6 + 1) == 0 then
      net:prune { amount = 0.1 + 0.4 * s.done / s.total }
      run:log { step = s.done, sparsity = net:sparsity(), draw = run:random(1000), loss = s.loss }
    end
    if s.done == s.total * 2 // 5 then inner = net:snapshot() end
    if s.done == s.total * 3 // 10 then return { rate = 0.004, frozen = "*.bias" } end
    if s.done == s.total * 13 // 20 then return { frozen = {} } end
  end,
  on_epoch = function(e)
    local now = net:test { split = "validation" }
    run:log { epoch = e.epoch, error = now.error, bytes = net:size().bytes }
    if e.epoch == 3 then net:restore(inner, "weights") inner = nil end
    if e.epoch == 2 then return { dropout = 0.05 } end
  end,
}

-- A hook that raises, one that stops, a request that is missed: all caught.
local ok, why = pcall(net.train, net, { epochs = 2, on_step = function(s)
  if s.done == s.total * 7 // 10 then error("enough") end
end })
run:log { ok = ok, why = tostring(why):match("enough") or "?" }
local stopped = net:train { epochs = 3, on_step = function(s) return s.done < s.total // 2 end }
ok = pcall(net.prune, net, { amount = 0.01, plugin = "magnitude" })
run:log { ok = ok, steps = stopped.steps, epochs = stopped.epochs }

-- Try amounts, take back what costs too much.
for i = 1, 3 do
  local back = net:snapshot()
  helper.more(net, i)
  net:train { epochs = 2 }
  local now = net:test()
  run:log { i = i, error = now.error, kept = net[1].kept, random = math.random() }
  if now.error > before.error + 3 then net:restore(back) end
end

-- A hook of prune that tests, and takes one pruning back.
net:params("*.weight"):prune { amount = 0.85, on_prune = function(p)
  local now = net:test { layers = true }
  run:log { name = p.name, kept = p.kept, seen = net[p.name].kept, error = now.error, flops = now.flops }
  return count > 0 and p.name ~= net:params("*.weight")[2].name
end }
run:log { sparsity = net:sparsity(), kept = net:params("*.weight")[2].kept }
pcall(net.prune, net, { amount = 0.9, on_prune = function() error("no") end })
run:metric("count", count)

if count % 2 == 0 then net:params("*.weight"):train { epochs = 1 } end
net:encode { plugin = "raw" }
net:share()
net:train { epochs = 3, rate = 0.0005 }
run:log { centroids = net[1].centroids, count = count, sparsity = net:sparsity() }
net:encode()
first = nil
