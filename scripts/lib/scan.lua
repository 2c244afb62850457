-- SPDX-License-Identifier: Apache-2.0
-- How much of a parameter can go at what cost, each alone and without retraining.

local scan = {}

--- Prunes each of the parameters by each of the amounts, tests, and takes it back.
--- Every test is a line of the log. Returns a list with a list of points for each.
---@param net pare.Net
---@param params pare.Param[]
---@param amounts number[] rising
---@param split "test"|"validation"|"train"
---@return { name: string, [integer]: { amount: number, error: number, loss: number } }[]
function scan.sensitivity(net, params, amounts, split)
  local whole, found = net:snapshot(), {}
  for i, p in ipairs(params) do
    found[i] = { name = p.name }
    for k, amount in ipairs(amounts) do
      net:params(p.name):prune { amount = amount, skip = false }
      local got = net:test { split = split }
      run:log { param = p.name, amount = amount, error = got.error, loss = got.loss }
      found[i][k] = { amount = amount, error = got.error, loss = got.loss }
      net:restore(whole)
    end
  end
  return found
end

--- From first to last in so many equal steps.
---@param first number
---@param last number
---@param steps integer
---@return number[]
function scan.amounts(first, last, steps)
  local amounts = { last }
  for i = 1, steps do
    amounts[i] = steps == 1 and last or first + (last - first) * (i - 1) / (steps - 1)
  end
  return amounts
end

--- The amount at which the loss has risen by rise, on a line from point to point, which
--- starts at nothing pruned and never falls.
---@param points { amount: number, loss: number }[]
---@param base number the loss with nothing pruned
---@param rise number
---@return number
function scan.amount(points, base, rise)
  local amount, risen = 0, 0
  for _, point in ipairs(points) do
    local here = math.max(risen, point.loss - base)
    if here > rise then
      return amount + (point.amount - amount) * (rise - risen) / (here - risen)
    end
    amount, risen = point.amount, here
  end
  return amount
end

return scan
