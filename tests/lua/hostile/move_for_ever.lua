-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
table.move({}, 1, math.maxinteger - 1, 2)
