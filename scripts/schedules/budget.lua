-- SPDX-License-Identifier: Apache-2.0
-- Prunes until the file fits a number of bytes: measures how sensitive each parameter
-- is, and bisects the one rise of the loss up to which all of them are pruned.
-- Arguments:
--   budget_bytes    request.bytes   what the file may have
--   rounds          3               prunings on the way there, each with a training
--   steps           12              amounts at which a parameter is measured
--   to              0.99            the largest of them
--   retrain_epochs  3               epochs of each round
--   retrain_rate    rate / 2        learning rate of the rounds
--   tune_epochs, tune_rate          see lib/finish.lua
local bisect, scan = require "bisect", require "scan"
local net = run.net
local budget = run:arg("budget_bytes", (run.config.request or {}).bytes)
  or error("give args.budget_bytes, or request.bytes", 0)
local rounds, steps = run:arg("rounds", 3), run:arg("steps", 12)
local to = run:arg("to", 0.99)
local epochs = run:arg("retrain_epochs", 3)
local rate = run:arg("retrain_rate", net:option("train", "rate") / 2)
local finish = require "finish" (net)
local split = run.samples.validation > 0 and "validation" or "test"

net:train()
local base, weights, most = net:test { split = split }.loss, {}, 0
for _, p in ipairs(net) do
  if not p:option("prune", "skip") then weights[#weights + 1] = p end
end
local curves = scan.sensitivity(net, weights, scan.amounts(to / steps, to, steps), split)
for _, points in ipairs(curves) do
  for _, point in ipairs(points) do most = math.max(most, point.loss - base) end
end

local function prune(rise)
  for _, points in ipairs(curves) do
    net:params(points.name):prune { amount = scan.amount(points, base, rise) }
  end
end
local function bytes_at(rise)
  local before = net:snapshot()
  prune(rise)
  net:share()
  local bytes = net:size().bytes
  net:restore(before)
  return bytes
end

local rise, start = 0, bytes_at(0)
for round = 1, rounds + 1 do -- the last one takes up what the training has changed
  local target = round > rounds and budget or start * (budget / start) ^ (round / rounds)
  local bytes
  rise, bytes = bisect(bytes_at, rise, most, target)
  prune(rise)
  run:log { round = round, rise = rise, sparsity = net:sparsity(), bytes = bytes, target = target }
  if round <= rounds then net:train { epochs = epochs, rate = rate } end
end
finish()
