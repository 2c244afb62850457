-- SPDX-License-Identifier: Apache-2.0
-- expect: a table was raised where a text was expected
error { code = 1 }
