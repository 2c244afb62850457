# What a verb cannot reach ends the schedule: exit 1, every parameter with both
# numbers, and a result that says so.
cat > twice.lua << 'END'
local net = run.net
net:prune { amount = 0.7 }
net:prune { amount = 0.2 }
net:encode()
END
pare run "$CLI/tiny.cfg" --quiet --set schedule=twice.lua --set request.ratio=2 --json > result.json
status=$?
ls runs/*
grep missed runs/*/report.txt
python3 - << 'END'
import json, glob
r = json.load(open("result.json"))
print(r["requests_met"], r["model"], [(m["request"], m.get("param"), m["wanted"], m["got"]) for m in r["misses"]])
on_disk = json.load(open(glob.glob("runs/*/result.json")[0]))
assert on_disk["misses"] == r["misses"] and on_disk["requests_met"] is False
END
exit $status
