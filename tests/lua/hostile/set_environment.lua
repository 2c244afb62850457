-- SPDX-License-Identifier: Apache-2.0
-- expect: attempt to call a nil value (global 'print')
local _ENV = {}
print(1)
