-- SPDX-License-Identifier: Apache-2.0
-- expect: prune.amount: a userdata has no place here
run.net:prune { amount = run.net }
