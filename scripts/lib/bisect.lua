-- SPDX-License-Identifier: Apache-2.0

--- The least x of low .. high at which measure(x), which falls as x grows, is at most
--- target: what it is there lies within 1 % of target, or x was halved 20 times. An
--- error where high is not enough.
---@param measure fun(x: number): number
---@param low number
---@param high number
---@param target number
---@return number x
---@return number measured
return function(measure, low, high, target)
  local got = measure(low)
  if got <= target then return low, got end
  got = measure(high)
  if got > target then
    error(("%.0f cannot be reached, only %.0f"):format(target, got), 0)
  end
  for _ = 1, 20 do
    if got >= 0.99 * target then break end
    local middle = (low + high) / 2
    local here = measure(middle)
    if here <= target then
      high, got = middle, here
    else
      low = middle
    end
  end
  return high, got
end
