-- SPDX-License-Identifier: Apache-2.0
-- expect: hook_changes.lua:4: train.on_epoch.rate: must be
run.net:train {
  on_epoch = function()
    return { rate = "fast" }
  end,
}
