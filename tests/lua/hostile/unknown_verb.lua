-- SPDX-License-Identifier: Apache-2.0
-- expect: the net has no 'prun'; did you mean 'prune'?
run.net:prun()
