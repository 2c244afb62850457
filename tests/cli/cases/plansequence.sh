# The verbs of a plan are those of the run's journal, number by number, for every
# schedule that comes with pare; and its bytes are near.
cat > sequence.py << 'END'
import glob, json, sys
name = sys.argv[1]
plan, run = json.load(open("plan.json")), json.load(open("result.json"))
journal = [json.loads(line) for line in open(run["run_dir"] + "/journal.jsonl")]
verbs = {line["number"]: line["verb"] for line in journal if "verb" in line}
options = {line["number"]: line["options"] for line in journal if "verb" in line}
counted = 0
for step in plan["steps"]:
    within = {w["verb"]: w["count"] for w in step.get("within", [])}
    inside = [verbs[n] for n in range(counted + 1, step["number"])]
    assert {v: inside.count(v) for v in inside} == within, (name, step, inside)
    assert verbs[step["number"]] == step["verb"], (name, step)
    assert options[step["number"]] == step.get("options", {}), (name, step)
    counted = step["number"]
assert counted == len(verbs), (name, counted, len(verbs))
quality = any(p["by"] == "quality" for p in plan["params"]) or name == "every_step"
if run["file_bytes"] and not quality:
    off = plan["file_bytes"] / run["file_bytes"]
    assert 0.85 < off < 1.3, (name, off)
assert quality or plan["density"] == run["density"], name
END
while read -r schedule arguments; do
    set -- "$CLI/tiny.cfg" --json --set train.epochs=2 --set schedule=$schedule.lua $arguments
    pare run "$@" --quiet > result.json || exit
    pare plan "$@" --from "$(python3 -c 'import json; print(json.load(open("result.json"))["run_dir"])')" > plan.json || exit
    python3 sequence.py $schedule || exit
done << 'END'
default
gradual --set args.every=10
iterative
lottery
one_shot
until_error
sensitivity
dense_sparse_dense
every_step --set prune.amount=none --set prune.quality=0.8
in_turns --set model.plugin=cnn --set rules=() --set args.retrain_epochs=1 --set model.layers=({type="conv";units=3;kernel=3;},{type="maxpool";kernel=2;},{type="dense";units=10;},{type="relu";})
END

# What a budget is reached with depends on sizes; that it is, does not.
pare plan "$CLI/tiny.cfg" --set schedule=budget.lua --set args.budget_bytes=900 --json > plan.json || exit
python3 -c 'import json; b = json.load(open("plan.json"))["file_bytes"]; assert 850 < b <= 900, b'
