-- SPDX-License-Identifier: Apache-2.0
-- expect: invalid conversion
print(string.format("%99999d", 1))
