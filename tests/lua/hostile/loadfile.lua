-- SPDX-License-Identifier: Apache-2.0
-- expect: attempt to call a nil value (global 'loadfile')
loadfile("/etc/passwd")
