-- SPDX-License-Identifier: Apache-2.0
-- expect: train.epochs: -3 is outside 1..1000000; args.retrain_epochs has this value (--set)
-- set: args.retrain_epochs=-3
-- set: args.other=3
run:arg("other")
run.net:train { epochs = run:arg("retrain_epochs") }
