-- SPDX-License-Identifier: Apache-2.0
local epochs = run:arg("epochs", 1)
run.net:train { epochs = epochs }
run.net:prune()
