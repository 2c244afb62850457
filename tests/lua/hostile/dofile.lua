-- SPDX-License-Identifier: Apache-2.0
-- expect: attempt to call a nil value (global 'dofile')
dofile("/etc/passwd")
