-- SPDX-License-Identifier: Apache-2.0
-- expect: test works on the whole net, not on a selection of 1 of its
run.net:params("fc1.weight"):test()
