# Runs that differ in one option: that option is named and nothing else; then where
# they part.
road() { pare run "$CLI/tiny.cfg" --quiet "$@" > /dev/null && mv runs/* "$name" || exit; }
name=first road
name=again road --threads 2
name=amount road --set prune.amount=0.8
name=plugin road --set prune.plugin=random
name=seed road --seed 4
pare compare first again || exit
pare compare first amount || exit
for other in amount plugin seed; do
    pare compare first "$other" --json | python3 -c '
import json, sys
got = json.load(sys.stdin)
print(*(s["name"] for s in got["settings"]), *(s["values"] for s in got["settings"]))
print([p["name"] for p in got["plugins"]], got["code"], got["data"])
p = got["parted"][0]
print(p["step"], p["what"], p["field"])
print(got["steps"][1]["kept"], got["params"][0]["kept"])
assert [s["step"] for s in got["steps"]] == list(range(1, 7))
for k in range(2):
    assert sum(line["bytes"][k] for line in got["params"]) < got["files"]["bytes"][k]' || exit
done
pare compare first amount seed | head -8 || exit
pare compare first nowhere
