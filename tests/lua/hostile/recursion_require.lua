-- SPDX-License-Identifier: Apache-2.0
-- expect: require: 'ring' requires itself
require "ring"
