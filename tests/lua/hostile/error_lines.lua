-- SPDX-License-Identifier: Apache-2.0
-- expect: one two
error "one\ntwo"
