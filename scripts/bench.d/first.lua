-- SPDX-License-Identifier: Apache-2.0
-- Ends after the first step: what a start costs.
run:arg("masked", false)
run.net:train { on_step = function() return false end }
