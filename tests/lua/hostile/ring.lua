-- SPDX-License-Identifier: Apache-2.0
-- expect: requires itself
return require "ring"
