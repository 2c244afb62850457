-- SPDX-License-Identifier: Apache-2.0
-- expect: e  [31mred
error "e \27[31mred"
