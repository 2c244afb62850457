# A threshold says nothing without training; quality is predicted for normal weights.
pare plan "$CLI/tiny.cfg" --set prune.threshold=0.1 --set prune.amount=none
pare plan "$CLI/tiny.cfg" --set prune.quality=1 --set prune.amount=none --json > plan.json || exit
python3 - << 'END'
import json, math
p = json.load(open("plan.json"))["params"][0]
share = math.erfc(1 / math.sqrt(2))  # of a normal distribution, outside one deviation
assert p["by"] == "quality" and abs(p["density"] - share) < 0.05, p
END
