-- SPDX-License-Identifier: Apache-2.0
-- Asks for every argument that there is.
for name in pairs(run.config.args) do run:arg(name) end
run.net:train { epochs = 1 }
