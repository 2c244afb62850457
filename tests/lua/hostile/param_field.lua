-- SPDX-License-Identifier: Apache-2.0
-- expect: 'name' cannot be set
run.net[1].name = "x"
