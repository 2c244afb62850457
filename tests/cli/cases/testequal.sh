# pare test gives the error that the run reported, to the last bit.
pare run "$CLI/tiny.cfg" --json --quiet > result.json || exit
model=$(python3 -c 'import json; print(json.load(open("result.json"))["model"])')
pare test "$model" --json > test.json || exit
pare test "$model" --json --threads 2 | cmp - test.json || exit
python3 - << 'END'
import json
run, test = json.load(open("result.json")), json.load(open("test.json"))
assert test["samples"] == 200
assert test["test_error_percent"] == run["test_error_percent"]
assert test["test_error_percent"] == 100 * test["wrong"] / 200
END
