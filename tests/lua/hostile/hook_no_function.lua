-- SPDX-License-Identifier: Apache-2.0
-- expect: train.on_step: must be a function, not a number
run.net:train { on_step = 5 }
