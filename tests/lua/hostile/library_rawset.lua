-- SPDX-License-Identifier: Apache-2.0
-- expect: this table is read-only
rawset(math, "floor", nil)
