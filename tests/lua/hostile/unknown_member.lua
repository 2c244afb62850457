-- SPDX-License-Identifier: Apache-2.0
-- expect: run has no 'confg'; did you mean 'config'?
print(run.confg)
