-- SPDX-License-Identifier: Apache-2.0
-- Catalani 2019: train; prune before every batch and train; train what is left under
-- fixed masks. Then, from that one network, each initializer with 2, 5 and 8 bits, as its
-- code does it and of the kept weights alone.
-- Arguments:
--   conv_epochs    0      epochs in which convolutions alone are pruned
--   prune_epochs          epochs in which the rest is pruned
--   fixed_epochs          epochs under fixed masks
--   as_its_code    false  k-means over all weights, zeros and biases too, and
--                         2^n + 1 values for density; and once more (metrics ", kept")
--                         as without: over the kept weights, 2^n values for all,
--                         biases left alone
local layers = require "layers"
local net = run.net
local conv_epochs = run:arg("conv_epochs", 0)
local prune_epochs = run:arg("prune_epochs", 15)
local fixed_epochs = run:arg("fixed_epochs", 15)
local as_its_code = run:arg("as_its_code", false)

local function accuracy(name)
  local percent = tonumber(("%.4f"):format(100 * net:test().accuracy))
  run:metric("accuracy " .. name, percent)
  return percent
end

-- Layers with fewer weights than values stay as they are.
local function share(initializer, bits, its_way)
  local density, names = initializer == "density" and its_way, {}
  local options = { initializer = initializer, centroids = 2 ^ bits + (density and 1 or 0) }
  if its_way then options.zeros, options.skip = "inclusive", false end
  if density then options.ends = true end
  for _, p in ipairs(net) do
    local enough = p.kept > options.centroids or its_way and p.count > 2 ^ bits
    if enough and (its_way or not p.is_bias) then table.insert(names, p.name) end
  end
  local ok, e = pcall(net.share, net:params(table.unpack(names)), options)
  if not ok and e.status ~= "request" then error(e, 0) end -- fewer values will do
end

-- One training from end to end, so that the means of Adam live on from phase to phase,
-- as they do in a Keras optimizer that is made once: an assumption, which its counts of
-- zeroed weights speak for (README.md). Behind a fresh one steps are long at first, and a
-- few percent more weights and twice as many biases come under their thresholds.
local kinds = layers.kinds(net)
local trained = net:option("train", "epochs")
local conv_end = trained + (kinds.conv and conv_epochs or 0)
local prune_end = conv_end + prune_epochs
net:train {
  epochs = prune_end + fixed_epochs,
  on_step = function(at)
    local epochs = at.done // at.steps
    if at.done == trained * at.steps then accuracy "trained" end
    if epochs < trained or epochs >= prune_end then return end
    (epochs < conv_end and kinds.conv or kinds.dense):prune()
  end,
}
local after = accuracy "pruned"
for _, p in ipairs(net) do run:metric("zeroed " .. p.name, p.count - p.kept) end

local pruned = net:snapshot()
local function grid(its_way, suffix)
  for _, bits in ipairs { 2, 5, 8 } do
    local lost = 0
    for _, initializer in ipairs { "linear", "forgy", "density", "kmeanspp" } do
      share(initializer, bits, its_way)
      lost = lost + (after - accuracy(("%s %d bits%s"):format(initializer, bits, suffix))) / 4
      net:restore(pruned)
    end
    run:metric(("points lost at %d bits, mean%s"):format(bits, suffix), lost)
  end
end
grid(as_its_code, "")
if as_its_code then grid(false, ", kept") end
net:share() -- and a file, by the config
net:encode()
