-- SPDX-License-Identifier: Apache-2.0
-- expect: 'byte' cannot be set
for name, f in pairs(string) do string[name:gsub("lower", "upper")] = f end
