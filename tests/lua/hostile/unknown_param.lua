-- SPDX-License-Identifier: Apache-2.0
-- expect: the net has no 'fc9.weight'
print(run.net["fc9.weight"])
