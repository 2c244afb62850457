-- SPDX-License-Identifier: Apache-2.0
-- One road, cut short at args["until"], or with a detour that leaves no trace.
local net = run.net
local last = run:arg("until", "end")

net:train()
if last == "trained" then net:encode() return end
net:prune()
net:train { epochs = 2 }
if last == "pruned" then net:encode() return end
if last == "no file" then return end
local pruned = net:snapshot()
net:share()
if last == "shared" then net:encode() return end
net:train { epochs = 1, rate = 0.01 }
if last == "detour" then
  local tuned = net:snapshot()
  net:restore(pruned)
  net:share { bits = 2 }
  net:encode()
  net:train { epochs = 1, rate = 0.01 }
  net:restore(tuned)
end
net:encode()

-- Pruning at every other step, then the tables that a schedule measures.
net:restore(pruned)
net:train { epochs = 1, on_step = function(at) if at.done % 2 == 1 then net:prune { amount = 0.8 } end end }
for bits = 2, 3 do
  run:metric(("accuracy linear %d bits, tuned"):format(bits), 90 + bits)
  run:metric(("accuracy forgy %d bits"):format(bits), 80 + bits)
end
run:metric("accuracy of nothing", 1)
run:metric("error pruned 0.9, shared", 2.5)
run:metric("percent pruned 0.9, shared", 4)
run:metric("error shared 3 bits", 1.5)
