-- SPDX-License-Identifier: Apache-2.0
-- expect: prune.amount: a function has no place here
run.net:prune { amount = print }
