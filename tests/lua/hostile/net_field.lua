-- SPDX-License-Identifier: Apache-2.0
-- expect: 'train' cannot be set
run.net.train = print
