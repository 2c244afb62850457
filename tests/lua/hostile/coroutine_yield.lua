-- SPDX-License-Identifier: Apache-2.0
-- expect: attempt to index a nil value (global 'coroutine')
coroutine.wrap(function() run.net:train { on_step = coroutine.yield } end)()
