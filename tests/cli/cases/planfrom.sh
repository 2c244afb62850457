# Tests answer what an earlier run recorded: the plan goes the way that the run went,
# and knows the error. Without it the error stays low and the pruning goes on.
set -- "$CLI/tiny.cfg" --set schedule=until_error.lua --set args.rounds=12 \
    --set args.rise=3 --set args.share=0.4 --set args.retrain_epochs=1
pare run "$@" --quiet --json > result.json || exit
pare plan "$@" --json > blind.json || exit
pare plan "$@" --json --from runs/* --set request.error=100 > plan.json || exit
pare plan "$@" --json --from runs/* --set request.error=0.001 > missed.json
echo $?
# A shorter run: what is asked beyond its record is marked.
pare run "$@" --set args.rounds=1 --quiet --json --out short > short.json || exit
pare plan "$@" --json --from short/* --set args.rise=100 > beyond.json || exit
pare plan "$CLI/tiny.cfg" --from nowhere
echo $?
python3 - << 'END'
import glob, json
plan, blind = json.load(open("plan.json")), json.load(open("blind.json"))
run = json.load(open("result.json"))
journal = [json.loads(line) for line in open(glob.glob("runs/*/journal.jsonl")[0])]
tests = [line["result"]["error"] for line in journal if line.get("verb") == "test"]
assert [s["error"] for s in plan["steps"] if s["verb"] == "test"] == tests
assert plan["density"] == run["density"] > blind["density"]
assert len([s for s in blind["steps"] if s["verb"] == "prune"]) == 12
assert [(r["request"], r["verdict"]) for r in plan["requests"]] == [("error", "met")]
assert plan["requests"][0]["predicted"] == run["test_error_percent"]
assert plan["notes"] != blind["notes"]
assert not any("not recorded" in s.get("note", "") for s in plan["steps"] + blind["steps"])
marked = [s["number"] for s in json.load(open("beyond.json"))["steps"] if "not recorded" in s.get("note", "")]
asked = [s["number"] for s in json.load(open("beyond.json"))["steps"] if s["verb"] in ("train", "test")]
assert marked == asked[5:] and len(marked) > 9, (marked, asked)  # 3 trainings, 2 tests
END
