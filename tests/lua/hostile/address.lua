-- SPDX-License-Identifier: Apache-2.0
-- expect: '%p' would show an address
print(string.format("%p", {}))
