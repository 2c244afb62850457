-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
run.net:train { on_step = function() while true do end end }
