-- SPDX-License-Identifier: Apache-2.0
-- expect: params: no parameter matches 'fc9*'
run.net:params("fc9*")
