# Nothing is trained and nothing written; what is planned is what comes.
pare plan "$CLI/tiny.cfg" --speed 1000 --set request.error=5 --set request.bytes=3000 || exit
ls
pare plan "$CLI/tiny.cfg" --json > plan.json || exit
pare run "$CLI/tiny.cfg" --json --quiet > result.json || exit
python3 - << 'END'
import json
plan, run = json.load(open("plan.json")), json.load(open("result.json"))
assert plan["failed"] is None
assert plan["density"] == run["density"]
assert plan["dense_bytes"] == run["dense_bytes"]
off = plan["file_bytes"] / run["file_bytes"]
assert 0.9 < off < 1.25, off
assert [p["name"] for p in plan["params"]] == ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]
assert sum(p["bytes"] for p in plan["params"]) < plan["file_bytes"]
assert plan["images_per_second"] > 0 and plan["steps"][-1]["bytes"] == plan["file_bytes"]
assert abs(sum(s["seconds"] for s in plan["steps"]) - plan["seconds"]) < 1e-9
END
