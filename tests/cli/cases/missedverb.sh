# What a verb cannot reach ends the schedule: exit 1, both numbers, no result.
cat > twice.lua << 'END'
local net = run.net
net:prune { amount = 0.7 }
net:prune { amount = 0.2 }
net:encode()
END
pare run "$CLI/tiny.cfg" --quiet --set schedule=twice.lua
status=$?
ls runs/*
exit $status
