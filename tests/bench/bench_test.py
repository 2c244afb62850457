# SPDX-License-Identifier: Apache-2.0
"""bench_test.py ROOT BUILD: scripts/bench --smoke with a peer that cannot run, and its
arithmetic on samples made up here. Speed is not asserted."""
import json
import os
import subprocess
import sys
import tempfile

root, build = sys.argv[1:]
sys.path.insert(0, os.path.join(root, "scripts", "bench.d"))
import page  # noqa: E402
import stats  # noqa: E402


def test_turns():
    calls = []
    samples = stats.turns({"a": lambda: calls.append("a") or len(calls), "b": lambda: calls.append("b") or len(calls)}, 3)
    assert "".join(calls) == "abababab", calls
    assert samples == {"a": [3, 5, 7], "b": [4, 6, 8]}, samples


def test_row():
    line = stats.row("x", 1, "s", {"pare": [1.0, 2.0, 4.0], "peer": [3.0, 8.0, 4.0]}, better="lower")
    peer = line["peers"]["peer"]
    assert line["pare"]["median"] == 2.0 and line["pare"]["min"] == 1.0 and line["pare"]["max"] == 4.0
    assert (peer["ratio"], peer["ratio_low"], peer["ratio_high"]) == (2.0, 1.0, 4.0), peer
    line = stats.row("x", 1, "images/s", {"pare": [6.0], "peer": [3.0]})
    assert line["peers"]["peer"]["ratio"] == 2.0
    stats.target(line, "ratio", 2.0, at_least=2.5)
    stats.target(line, "seconds", 2.0, at_most=2.0)
    assert [t["met"] for t in line["targets"]] == [False, True]
    assert page.wanted(line)[0].endswith("NOT MET") and not page.wanted(line)[1].endswith("NOT MET")


def bench(*words):
    env = dict(os.environ, PARE_BENCH_PYTHON="/bin/false")
    return subprocess.run([sys.executable, os.path.join(root, "scripts", "bench"), *words], text=True,
                          capture_output=True, env=env)


def test_smoke():
    with tempfile.TemporaryDirectory() as folder:
        names = ["limits", "masks", "infer", "kmeans", "huffman", "startup", "checkpoint"]
        words = ["--smoke", "--no-setup", "--build", build, "--threads", "1", "--store", folder]
        for part in (names[:1], names[1:]):  # the second leaves the first's figures
            done = bench(*words, *part)
            assert done.returncode == 0, done.stderr
        assert "missing: peer torch" in done.stderr and "missing: peer sklearn" in done.stderr, done.stderr
        with open(os.path.join(folder, "bench.json")) as file:
            parts = json.load(file)["parts"]
        assert sorted(parts) == sorted(names), list(parts)
        for name, part in parts.items():
            assert part["commit"] and part["date"] and part["machine"]["processors"] >= 1
            assert part["rows"], name
            for line in part["rows"]:
                assert 0 < line["pare"]["min"] <= line["pare"]["median"] <= line["pare"]["max"], line
        streams = {line["case"].split()[2]: line for line in parts["huffman"]["rows"]}
        assert set(streams) == {"gap", "code"}, streams
        for line in streams.values():
            assert line["more"]["bytes"] >= line["more"]["entropy and table"] - 1, line
        optimal = [line for line in parts["kmeans"]["rows"] if line["case"].startswith("optimal1d")]
        assert optimal and all(t["met"] for line in optimal for t in line["targets"] if "inertia" in t["what"]), optimal
        with open(os.path.join(folder, "bench.md")) as file:
            text = file.read()
        assert all(f"`scripts/bench {name}`" in text for name in names), text


def test_wrong():
    done = bench("limit")
    assert done.returncode == 2 and "'limit' is none of limits train" in done.stderr, done.stderr


if not os.path.isdir("/usr/share/datasets/fashion-mnist") and not os.environ.get("PARE_DATA"):
    sys.exit(77)
test_turns()
test_row()
test_wrong()
test_smoke()
