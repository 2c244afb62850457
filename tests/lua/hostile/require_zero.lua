-- SPDX-License-Identifier: Apache-2.0
-- expect: is not a module's name
require "pruning\0x"
