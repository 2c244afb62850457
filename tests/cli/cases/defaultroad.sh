# The default schedule at a rate that suits the weights does not ruin the shared
# values, each of which gets the gradients of all its weights.
pare run "$CLI/tiny.cfg" --quiet --json --set model.plugin=lenet300 > result.json || exit
python3 - << 'END'
import json
error = {s["stage"]: s["test_error_percent"] for s in json.load(open("result.json"))["stages"]}
assert error["coded"] <= error["pruned"] + 2, error
END
