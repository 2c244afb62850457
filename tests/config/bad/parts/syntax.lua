-- SPDX-License-Identifier: Apache-2.0
local net = run.net
net:train(
