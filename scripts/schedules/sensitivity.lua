-- SPDX-License-Identifier: Apache-2.0
-- Prunes each parameter alone, by one amount after the other, without retraining,
-- and logs the error: which of them can spare how much. Nothing is encoded.
-- Arguments: from (0.5), to (0.95): the amounts, in so many steps: (10).
-- The log is in the run folder: metrics.jsonl, the lines with "what": "log".
local net = run.net
local from = run:arg("from", 0.5)
local to = run:arg("to", 0.95)
local steps = run:arg("steps", 10)
local split = run.samples.validation > 0 and "validation" or "test"

net:train()
local whole = net:snapshot()
local base = net:test { split = split }
run:log { param = "none", amount = 0, error = base.error, loss = base.loss }

for _, p in ipairs(net) do
  for step = 1, p.is_bias and 0 or steps do
    local amount = steps == 1 and to or from + (to - from) * (step - 1) / (steps - 1)
    net:params(p.name):prune { amount = amount, skip = false }
    local got = net:test { split = split }
    run:log { param = p.name, amount = amount, error = got.error, loss = got.loss }
    net:restore(whole)
  end
end
