# What a script asks wrongly is the user's text: exit 2, at the script's line.
cat > wrong.lua << 'END'
local net = run.net
net:prune { amuont = 0.5 }
END
pare run "$CLI/tiny.cfg" --quiet --set schedule=wrong.lua
