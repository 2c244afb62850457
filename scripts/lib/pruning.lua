-- SPDX-License-Identifier: Apache-2.0
-- On the way to what the config asks of prune: how much of it, part by part.

local pruning = {}

--- What is pruned after part t (0 to 1) of the way to amount: linear, cubic, geometric.
pruning.curves = {
  linear = function(amount, t) return amount * t end,
  -- Fast at first, slow at the end (Zhu and Gupta 2017, with nothing pruned at first).
  cubic = function(amount, t) return amount * (1 - (1 - t) ^ 3) end,
  -- In equal steps of t, the same share of what is left goes at every step.
  geometric = function(amount, t) return 1 - (1 - amount) ^ t end,
}

--- The curve of that name; an error that lists them otherwise.
function pruning.curve(name)
  local names = {}
  for each in pairs(pruning.curves) do names[#names + 1] = each end
  return pruning.curves[name]
    or error(("args.curve: '%s' is none of %s"):format(name, table.concat(names, ", ")), 0)
end

-- The option that says how much (of a parameter, or of the net as a whole) is to
-- be pruned, and its value after part t of the way.
local function asked(of, t, curve)
  local amount = of:option("prune", "amount")
  if amount then return "amount", curve(amount, t) end
  for _, name in ipairs { "quality", "threshold" } do
    local value = of:option("prune", name)
    if value then return name, value * t end
  end
end

--- Prunes every parameter part t of the way to what the config asks of it. Calls
--- prune once for all parameters that come to the same.
function pruning.toward(net, t, curve)
  if net:option("prune", "scope") == "global" then
    local name, value = asked(net, t, curve)
    net:prune(name and { [name] = value })
    return
  end
  local calls = {}
  for _, p in ipairs(net) do
    if not p:option("prune", "skip") then
      local name, value = asked(p, t, curve)
      local key = ("%s %.17g"):format(name, value or 0)
      if not calls[key] then
        calls[key] = { names = {}, options = name and { [name] = value } }
        calls[#calls + 1] = calls[key]
      end
      table.insert(calls[key].names, p.name)
    end
  end
  for _, call in ipairs(calls) do net:params(table.unpack(call.names)):prune(call.options) end
end

return pruning
