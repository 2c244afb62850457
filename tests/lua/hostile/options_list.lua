-- SPDX-License-Identifier: Apache-2.0
-- expect: prune takes options by name
run.net:prune { 0.5 }
