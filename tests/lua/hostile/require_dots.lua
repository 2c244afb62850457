-- SPDX-License-Identifier: Apache-2.0
-- expect: require: 'lib.pruning' is not a module's name
require "lib.pruning"
