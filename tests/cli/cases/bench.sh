# SPDX-License-Identifier: Apache-2.0
# How fast a file runs: both engines, their weights in use, the same classes.
pare run "$CLI/tiny.cfg" --json --quiet > result.json || exit
model=$(python3 -c 'import json; print(json.load(open("result.json"))["model"])')
cp "$model" model.pare
pare bench model.pare --batch 3 --repeats 2 || exit
pare bench model.pare --json --batch 65 --threads 2 --repeats 4 > bench.json || exit
[ "$(wc -l < bench.json)" = 1 ] || exit
python3 - << 'END'
import json
bench = json.load(open("bench.json"))
assert bench["file"] == "model.pare" and bench["auto"] in ("dense", "compressed")
assert (bench["batch"], bench["threads"], bench["repeats"]) == (65, 2, 4)
dense, compressed = bench["engines"]["dense"], bench["engines"]["compressed"]
for engine in dense, compressed:
    assert 0 < engine["us_min"] <= engine["us_median"] <= engine["us_max"]
    assert engine["calls"] >= 1
run = json.load(open("result.json"))
assert dense["weight_bytes"] == run["dense_bytes"] > compressed["weight_bytes"] > 0
assert bench["classes_differ"] == 0 and bench["logits_difference"] < 1e-5
END
pare bench none.pare; echo $?
pare bench; echo $?
pare bench model.pare --batch 0; echo $?
