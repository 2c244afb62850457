-- SPDX-License-Identifier: Apache-2.0
-- expect: args.target: the schedule needs this argument
run:arg("target")
