-- SPDX-License-Identifier: Apache-2.0
-- expect: attempt to index a nil value (global '_G')
_G.print = nil
