-- SPDX-License-Identifier: Apache-2.0
-- expect: instructions since the last verb
-- gmatch holds the start nowhere: a '^' is a character of the text there.
for _ in (("^"):rep(4000)):gmatch "^.-.-x" do end
