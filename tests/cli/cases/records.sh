# Journal and metrics: one JSON object a line, numbered, the verbs in order.
pare run "$CLI/tiny.cfg" --quiet > /dev/null || exit
cd runs/* && python3 - << 'END'
import json, zlib
def lines(name):
    got = [json.loads(line) for line in open(name)]
    if name == "journal.jsonl":
        kinds = [line["record"] for line in got if "record" in line]
        print(*kinds)
        assert [line["record"] for line in got[:2]] == ["start", "begin"]
        assert all(zlib.crc32(raw[:-len(',"crc":"12345678"}\n')]) == int(json.loads(raw)["crc"], 16)
                   for raw in open(name, "rb"))
        got = [line for line in got if "verb" in line]
    assert [line["number"] for line in got] == list(range(1, len(got) + 1)), name
    return got
journal, metrics = lines("journal.jsonl"), lines("metrics.jsonl")
print(*(line["verb"] for line in journal))
print(*(line["what"] for line in metrics))
prune = next(line for line in journal if line["verb"] == "prune")
print(prune["options"])
END
