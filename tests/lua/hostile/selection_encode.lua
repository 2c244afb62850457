-- SPDX-License-Identifier: Apache-2.0
-- expect: encode works on the whole net
run.net:params("fc1.weight"):encode()
