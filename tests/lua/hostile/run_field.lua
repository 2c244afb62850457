-- SPDX-License-Identifier: Apache-2.0
-- expect: run.net cannot be set: run is read-only
run.net = {}
