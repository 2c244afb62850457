-- SPDX-License-Identifier: Apache-2.0
-- expect: memory
print(#("x"):rep(1 << 30))
