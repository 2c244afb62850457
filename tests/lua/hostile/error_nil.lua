-- SPDX-License-Identifier: Apache-2.0
-- expect: a nil was raised where a text was expected
error()
