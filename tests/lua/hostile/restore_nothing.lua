-- SPDX-License-Identifier: Apache-2.0
-- expect: restore takes a snapshot
run.net:restore()
