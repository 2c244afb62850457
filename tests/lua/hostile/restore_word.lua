-- SPDX-License-Identifier: Apache-2.0
-- expect: restore: 'wieghts' is none of all, weights, masks
run.net:restore(run.net:snapshot(), "wieghts")
