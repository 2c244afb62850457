-- SPDX-License-Identifier: Apache-2.0
-- expect: math.randomseed: the stream is seeded by the experiment's 'seed'
math.randomseed(1)
