-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
pcall(run.net.train, run.net, { on_step = function() while true do end end })
run.net:encode()
