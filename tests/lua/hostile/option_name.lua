-- SPDX-License-Identifier: Apache-2.0
-- expect: option: prune has no option 'amuont'
run.net:option("prune", "amuont")
