-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
-- The set ends after its class: three repetitions follow that each must be counted.
(("a"):rep(40000)):find "[^%s](.-)(,.-)(,.-)x"
