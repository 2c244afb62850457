-- SPDX-License-Identifier: Apache-2.0
-- expect: too many results to unpack
print(table.unpack({}, 1, 1e8 // 1 | 0))
