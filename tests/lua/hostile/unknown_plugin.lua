-- SPDX-License-Identifier: Apache-2.0
-- expect: nosuch
run.net:prune { plugin = "nosuch" }
