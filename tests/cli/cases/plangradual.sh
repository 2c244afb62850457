# Pruning by a hook of train: called at every step, folded into one line, and as much
# as the real run does; a journal's numbers.
set -- "$CLI/tiny.cfg" --set schedule=gradual.lua --set args.every=1
pare plan "$@" --speed 1000 | head -6
pare plan "$@" --json > plan.json || exit
pare run "$@" --json --quiet > result.json || exit
python3 - << 'END'
import glob, json
plan, run = json.load(open("plan.json")), json.load(open("result.json"))
journal = [json.loads(line) for line in open(glob.glob("runs/*/journal.jsonl")[0])]
prunes = [line for line in journal if line.get("verb") == "prune"]
assert len(prunes) == 90, len(prunes)  # 0.75 x 4 epochs x 30 steps
train = plan["steps"][1]
assert train["within"] == [{"verb": "prune", "count": 90}] and train["number"] == 92, train
assert plan["density"] == run["density"]
END
