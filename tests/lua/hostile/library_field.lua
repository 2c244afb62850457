-- SPDX-License-Identifier: Apache-2.0
-- expect: 'floor' cannot be set: this table is read-only
math.floor = nil
