-- SPDX-License-Identifier: Apache-2.0
-- expect: prune: fc1.weight:
-- exit: 1
-- A request that is missed and not caught fails the run, but not as a user's error.
run.net:prune { amount = 0.5 }
run.net:prune { amount = 0.1 }
