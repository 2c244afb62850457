# What a threshold keeps depends on the training: a guess that misses no request.
# Quality is predicted for normal weights.
pare plan "$CLI/tiny.cfg" --set prune.threshold=0.1 --set prune.amount=none \
    --set request.bytes=10 --set request.density=0.01 | tail -8
pare plan "$CLI/tiny.cfg" --set prune.quality=1 --set prune.amount=none --json > plan.json || exit
python3 - << 'END'
import json, math
plan = json.load(open("plan.json"))
p = plan["params"][0]
share = math.erfc(1 / math.sqrt(2))  # of a normal distribution, outside one deviation
assert p["by"] == "quality" and abs(p["density"] - share) < 0.05, p
assert any("quality" in note for note in plan["notes"])
END
