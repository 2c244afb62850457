-- SPDX-License-Identifier: Apache-2.0
-- Han 2016, figure 6: the error over the size, for pruning alone, sharing alone, and
-- both. A size is that of the coded file over the dense one, and no loss an error at
-- most a tenth of a point above the trained network's.
-- Arguments: retrain_epochs (8), retrain_rate (half of train's), tune_epochs (2),
-- tune_rate (a hundredth of train's rate)
local net = run.net
local epochs = run:arg("retrain_epochs", 8)
local rate = run:arg("retrain_rate", net:option("train", "rate") / 2)
local tune_epochs = run:arg("tune_epochs", 2)
local tune_rate = run:arg("tune_rate", net:option("train", "rate") / 100)

net:train()
local trained, least = net:snapshot(), {}
local most = net:test().error + 0.1

local function measure(way, name)
  local error, size = net:test().error, net:size()
  local percent = 100 * size.bytes / size.dense_bytes
  run:metric("error " .. name, error)
  run:metric("percent " .. name, percent)
  if error <= most then least[way] = math.min(least[way] or 100, percent) end
end

local function share(options)
  local ok, e = pcall(net.share, net, options)
  if not ok and e.status ~= "request" then error(e, 0) end
  net:train { epochs = tune_epochs, rate = tune_rate }
end

for bits = 1, 6 do
  share { bits = bits }
  measure("sharing alone", ("shared %d bits"):format(bits))
  net:restore(trained)
end
for _, amount in ipairs { 0.5, 0.7, 0.8, 0.9, 0.95, 0.98 } do
  net:prune { amount = amount }
  net:train { epochs = epochs, rate = rate }
  measure("pruning alone", "pruned " .. amount)
  share()
  measure("both", ("pruned %s, shared"):format(amount))
  if amount == 0.9 then net:encode() end -- a file, of both
  net:restore(trained)
end
for way, percent in pairs(least) do
  run:metric("least percent without loss, " .. way, percent)
end
