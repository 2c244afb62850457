-- SPDX-License-Identifier: Apache-2.0
-- expect: train cannot be called from a hook of train
run.net:train { on_step = function() run.net:train() end }
