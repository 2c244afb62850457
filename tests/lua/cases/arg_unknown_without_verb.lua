-- SPDX-License-Identifier: Apache-2.0
-- expect: args.more: the schedule asks for no such argument
-- set: args.more=3
run:arg("rounds", 1)
