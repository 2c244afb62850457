-- SPDX-License-Identifier: Apache-2.0
-- Han 2016, figure 8: every initializer with every number of bits, from one trained
-- and pruned network, before and after its shared values are trained.
-- Arguments: rounds (3), retrain_epochs (8), retrain_rate (half of train's),
-- last_epochs (12), tune_epochs (2), tune_rate (a hundredth of train's rate)
local pruning = require "pruning"
local net = run.net
local rounds = run:arg("rounds", 3)
local epochs = run:arg("retrain_epochs", 8)
local rate = run:arg("retrain_rate", net:option("train", "rate") / 2)
local last_epochs = run:arg("last_epochs", 12)
local tune_epochs = run:arg("tune_epochs", 2)
local tune_rate = run:arg("tune_rate", net:option("train", "rate") / 100)

local function accuracy() return tonumber(("%.4f"):format(100 * net:test().accuracy)) end

net:train()
for round = 1, rounds do
  pruning.toward(net, round / rounds, pruning.curves.cubic)
  net:train { epochs = round < rounds and epochs or last_epochs, rate = rate }
end
local unshared, pruned = accuracy(), net:snapshot()
run:metric("accuracy pruned", unshared)

for bits = 2, 8 do
  local gained = 0
  for _, initializer in ipairs { "forgy", "density", "linear" } do
    local name = ("%s %d bits"):format(initializer, bits)
    local ok, e = pcall(net.share, net, { initializer = initializer, bits = bits })
    if not ok and e.status ~= "request" then error(e, 0) end -- fc3 has few weights
    local shared = accuracy()
    net:train { epochs = tune_epochs, rate = tune_rate }
    local tuned = accuracy()
    run:metric("accuracy " .. name .. ", shared", shared)
    run:metric("accuracy " .. name .. ", tuned", tuned)
    run:metric("points lost, " .. name .. ", tuned", unshared - tuned)
    gained = gained + (tuned - shared) / 3
    net:restore(pruned)
  end
  run:metric(("points gained by tuning at %d bits, mean"):format(bits), gained)
end
net:share()
net:train { epochs = tune_epochs, rate = tune_rate }
net:encode()
