-- SPDX-License-Identifier: Apache-2.0
-- Prunes each parameter alone, by one amount after the other, without retraining,
-- and logs the error: which of them can spare how much. Nothing is encoded.
-- Arguments: from (0.5), to (0.95): the amounts, in so many steps: (10).
-- The log is in the run folder: metrics.jsonl, the lines with "what": "log".
local scan = require "scan"
local net = run.net
local from = run:arg("from", 0.5)
local to = run:arg("to", 0.95)
local steps = run:arg("steps", 10)
local split = run.samples.validation > 0 and "validation" or "test"

net:train()
local base = net:test { split = split }
run:log { param = "none", amount = 0, error = base.error, loss = base.loss }
local weights = {}
for _, p in ipairs(net) do
  if not p.is_bias then weights[#weights + 1] = p end
end
scan.sensitivity(net, weights, scan.amounts(from, to, steps), split)
