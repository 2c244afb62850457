-- SPDX-License-Identifier: Apache-2.0
-- expect: call it with a colon on the net or a selection
run.net.train()
