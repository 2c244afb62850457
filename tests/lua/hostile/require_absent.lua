-- SPDX-License-Identifier: Apache-2.0
-- expect: require: there is no nothing_like_it.lua in
require "nothing_like_it"
