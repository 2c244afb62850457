-- SPDX-License-Identifier: Apache-2.0
-- expect: args.curve: must be a text, as its default is
-- set: args.curve=2
run:arg("curve", "cubic")
