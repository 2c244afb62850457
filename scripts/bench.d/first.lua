-- SPDX-License-Identifier: Apache-2.0
-- Says when the first step is done, and ends.
run:arg("masked", false)
run.net:train {
  on_step = function()
    run:log { first_step = true }
    return false
  end,
}
