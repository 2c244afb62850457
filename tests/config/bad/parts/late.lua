-- SPDX-License-Identifier: Apache-2.0
local got = run.net:train { epochs = 1 }
run:log { loss = got.loss }
run:log { loss = got.no.such }
