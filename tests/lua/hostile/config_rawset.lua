-- SPDX-License-Identifier: Apache-2.0
-- expect: this table is read-only
rawset(run.config, "seed", 1)
