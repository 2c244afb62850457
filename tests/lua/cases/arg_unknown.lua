-- SPDX-License-Identifier: Apache-2.0
-- expect: args.ronds: the schedule asks for no such argument; did you mean 'rounds'?
-- set: args.ronds=3
run:arg("rounds", 1)
run.net:test()
