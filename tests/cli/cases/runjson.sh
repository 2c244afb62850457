# One object on stdout, and what it says is so.
pare run "$CLI/tiny.cfg" --json --quiet > result.json || exit
python3 - << 'END'
import json, os
r = json.load(open("result.json"))
assert os.path.getsize(r["model"]) == r["file_bytes"], r
assert r["dense_bytes"] == 4 * (64 * 24 + 24 + 24 * 4 + 4), r
assert abs(r["ratio"] - r["dense_bytes"] / r["file_bytes"]) < 1e-12, r
kept = (1536 - round(0.7 * 1536)) + (96 - round(0.7 * 96))
assert r["density"] == kept / 1632, (r["density"], kept)
assert r["seed"] == 3 and r["requests_met"] is True and r["misses"] == []
assert [s["stage"] for s in r["stages"]] == ["trained", "pruned", "shared", "coded"]
assert r["stages"][0]["kept"] == 1632 and r["stages"][0]["bytes"] == r["dense_bytes"]
assert r["stages"][-1]["bytes"] == r["file_bytes"]
assert r["stages"][-1]["test_error_percent"] == r["test_error_percent"]
sizes = [s["bytes"] for s in r["stages"]]
assert sizes == sorted(sizes, reverse=True), sizes
# Learned something (chance is 75 % wrong), and not by being handed the answers.
assert 0 < r["test_error_percent"] < 20, r["test_error_percent"]
on_disk = json.load(open(r["run_dir"] + "/result.json"))
on_disk.pop("seconds"), r.pop("seconds")
assert on_disk == r
END
