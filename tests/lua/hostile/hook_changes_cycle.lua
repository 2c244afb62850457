-- SPDX-License-Identifier: Apache-2.0
-- expect: train.on_step: tables within tables more than 16 deep
local change = {}
change.frozen = { change }
run.net:train { on_step = function() return change end }
