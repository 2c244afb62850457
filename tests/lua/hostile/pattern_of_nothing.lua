-- SPDX-License-Identifier: Apache-2.0
-- expect: params: no parameter matches ''
run.net:params("")
