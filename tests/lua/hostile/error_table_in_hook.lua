-- SPDX-License-Identifier: Apache-2.0
-- expect: a table was raised where a text was expected
run.net:train { on_step = function() error {} end }
