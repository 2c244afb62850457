-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
(("a"):rep(5000)):find(("a*"):rep(20) .. "b")
