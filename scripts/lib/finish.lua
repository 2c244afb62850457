-- SPDX-License-Identifier: Apache-2.0
-- The end that most schedules share: share weights, train the shared values, encode.
--   local finish = require "finish" (net)     asks for its arguments
--   finish()                                  or finish { dropout = 0.2 }: more of train's
-- Arguments: tune_epochs (2), tune_rate (a hundredth of train's rate).

return function(net)
  local epochs = run:arg("tune_epochs", 2)
  local rate = run:arg("tune_rate", net:option("train", "rate") / 100)

  return function(more)
    local options = { epochs = epochs, rate = rate }
    for name, value in pairs(more or {}) do options[name] = value end
    net:share()
    if epochs > 0 then net:train(options) end
    return net:encode()
  end
end
