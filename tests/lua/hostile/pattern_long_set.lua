-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
-- A set of a million members is walked at each place.
(("a"):rep(1 << 20)):find("[" .. ("b"):rep(1 << 20) .. "]")
