-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
(("a"):rep(4000)):find("(.-)(.-)%1%2b")
