-- SPDX-License-Identifier: Apache-2.0
-- expect: option: 'prun' is no verb with options
run.net:option("prun", "amount")
