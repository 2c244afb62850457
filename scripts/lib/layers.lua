-- SPDX-License-Identifier: Apache-2.0
-- Parameters by the kind of their layer, and the dropout that suits what is left.

local layers = {}

--- The selections conv and dense, biases with their weights; nil where there is no
--- such layer.
---@param net pare.Net
---@return { conv?: pare.Net, dense?: pare.Net }
function layers.kinds(net)
  local names, kinds = { conv = {}, dense = {} }, {}
  for _, p in ipairs(net) do
    local weight = p.is_bias and net[(p.name:gsub("bias$", "weight"))] or p
    table.insert(names[#weight.shape == 4 and "conv" or "dense"], p.name)
  end
  for kind, list in pairs(names) do
    kinds[kind] = #list > 0 and net:params(table.unpack(list)) or nil
  end
  return kinds
end

--- The dropout rate of the config, which must give one: train's, else the model's.
---@param net pare.Net
---@return number
function layers.dropout(net)
  return net:option("train", "dropout") or run.config.model.dropout
    or error("a dropout rate is needed: give train.dropout, or model.dropout", 0)
end

--- The rate for as many connections as are left in the dense layers:
--- rate * sqrt(kept / weights) (Han 2015, section 3.2).
---@param net pare.Net
---@param rate number
---@return number
function layers.adjusted_dropout(net, rate)
  return rate * math.sqrt(1 - layers.kinds(net).dense:sparsity())
end

return layers
