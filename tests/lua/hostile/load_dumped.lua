-- SPDX-License-Identifier: Apache-2.0
-- expect: attempt to call a nil value (field 'dump')
string.dump(function() end)
