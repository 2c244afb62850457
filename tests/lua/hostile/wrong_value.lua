-- SPDX-License-Identifier: Apache-2.0
-- expect: prune.amount
run.net:prune { amount = 1.5 }
