-- SPDX-License-Identifier: Apache-2.0
-- expect: a text with a zero byte
run.net:prune { plugin = "magnitude\0.so" }
