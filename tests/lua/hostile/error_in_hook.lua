-- SPDX-License-Identifier: Apache-2.0
-- expect: out of luck
run.net:train { on_epoch = function() error "out of luck" end }
