# Journal and metrics: one JSON object a line, numbered, the verbs in order.
pare run "$CLI/tiny.cfg" --quiet > /dev/null || exit
cd runs/* && python3 - << 'END'
import json
def lines(name):
    got = [json.loads(line) for line in open(name)]
    assert [line["number"] for line in got] == list(range(1, len(got) + 1)), name
    return got
journal, metrics = lines("journal.jsonl"), lines("metrics.jsonl")
print(*(line["verb"] for line in journal))
print(*(line["what"] for line in metrics))
prune = next(line for line in journal if line["verb"] == "prune")
print(prune["options"])
END
