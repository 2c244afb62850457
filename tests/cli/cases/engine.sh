# SPDX-License-Identifier: Apache-2.0
# pare test on either engine: the same error, samples and predicted classes.
pare run "$CLI/tiny.cfg" --json --quiet > result.json || exit
model=$(python3 -c 'import json; print(json.load(open("result.json"))["model"])')
for engine in dense compressed auto; do
    pare test "$model" --json --compare --engine $engine > $engine.json || exit
    pare test "$model" --json --compare --engine $engine --threads 2 | cmp - $engine.json || exit
done
python3 - << 'END'
import json
dense, compressed, auto = (json.load(open(f"{e}.json")) for e in ("dense", "compressed", "auto"))
assert (dense["engine"], compressed["engine"]) == ("dense", "compressed")
assert auto == (dense if auto["engine"] == "dense" else compressed)
assert dense["weight_bytes"] > compressed["weight_bytes"]
for member in ("test_error_percent", "samples", "wrong", "classes_sha256"):
    assert dense[member] == compressed[member], member
assert (dense["compared"]["engine"], compressed["compared"]["engine"]) == ("compressed", "dense")
for one in dense, compressed:
    assert one["compared"]["classes_differ"] == 0 and one["compared"]["logits_difference"] < 1e-5
END
pare test "$model" --engine fast; echo $?
