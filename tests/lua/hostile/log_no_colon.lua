-- SPDX-License-Identifier: Apache-2.0
-- expect: call it with a colon: run:log
run.log { a = 1 }
