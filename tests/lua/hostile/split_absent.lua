-- SPDX-License-Identifier: Apache-2.0
-- expect: no samples in this split
run.net:test { split = "validation" }
