-- SPDX-License-Identifier: Apache-2.0
-- expect: prune.amuont: unknown option; did you mean 'amount'?
run.net:prune { amuont = 0.5 }
