-- SPDX-License-Identifier: Apache-2.0
-- expect: expected (to close 'if' at line 3) near <eof>
if true then


