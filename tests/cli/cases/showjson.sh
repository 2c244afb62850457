# SPDX-License-Identifier: Apache-2.0
# The same as JSON: the ledger adds up to what stat says, and the digests of the
# values are those of the second decoder.
for file in "$CLI"/../golden/v1/*.pare; do
    pare show --json "$file" > show.json || exit
    python3 "$CLI/../support/decode_pare.py" "$file" > decoded.json || exit
    stat -c %s "$file" > size
    python3 - << 'END' || exit
import json
show, size = json.load(open("show.json")), int(open("size").read())
other = json.load(open("decoded.json"))["params"]
assert show["file_bytes"] == size == sum(line["bytes"] for line in show["ledger"])
assert all(set(line) == {"param", "part", "bytes"} for line in show["ledger"])
assert show["dense_bytes"] == 4 * sum(p["count"] for p in show["params"])
assert show["ratio"] == show["dense_bytes"] / size
names = [p["name"] for p in show["params"]]
assert all(line["param"] is None or line["param"] in names for line in show["ledger"])
for p, q in zip(show["params"], other, strict=True):
    assert {k: p[k] for k in q} == q
    mine = sum(line["bytes"] for line in show["ledger"] if line["param"] == p["name"])
    assert p["bits"] == 8 * mine / p["count"]
assert sum(s["dense"] for s in show["stages"]) == show["dense_bytes"]
END
done
