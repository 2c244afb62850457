# One epoch is said to be one.
pare run "$CLI/tiny.cfg" --set train.epochs=1 2>&1 > /dev/null | grep '^train: 1'
