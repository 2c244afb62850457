-- SPDX-License-Identifier: Apache-2.0
-- expect: prune takes one table of options, not a number
run.net:prune(0.5)
