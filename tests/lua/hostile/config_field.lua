-- SPDX-License-Identifier: Apache-2.0
-- expect: 'epochs' cannot be set: this table is read-only
run.config.train.epochs = 1000
