-- SPDX-License-Identifier: Apache-2.0
-- expect: attempt to index a nil value (global 'package')
package.loadlib("libc.so.6", "system")
