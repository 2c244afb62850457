-- SPDX-License-Identifier: Apache-2.0
-- expect: args.rounds: must be a whole number, as its default is
-- set: args.rounds=2.5
run:arg("rounds", 1)
