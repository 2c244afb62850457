# SPDX-License-Identifier: Apache-2.0
"""profile_test.py PARE: pare run --profile: the parts add up to a time that fits in the
run's own, operations are those of the layers, and what is made is the same without."""
import json
import os
import subprocess
import sys
import tempfile
import time

pare = sys.argv[1]
CONFIG = """schema = 1;
name = "profile";
data = { plugin = "idx"; name = "fashion-mnist"; samples = 500; };
model = { plugin = "mlp"; hidden = [ 20, 15 ]; };
train = { epochs = 3; batch = 64; rate = 0.05; };
prune = { plugin = "magnitude"; amount = 0.8; };
share = { initializer = "linear"; quantizer = "lloyd"; bits = 4; };
encode = { plugin = "huffman"; };
"""
PARTS = ["data", "forward", "backward", "optimizer", "projection", "pruning", "sharing", "coding", "checkpoints",
         "test", "other", "training"]


def run(folder, threads, *words):
    out = tempfile.mkdtemp(dir=folder)
    start = time.monotonic()
    done = subprocess.run([pare, "run", os.path.join(folder, "profile.cfg"), "--quiet", "--out", out,
                           "--threads", str(threads), *words], text=True, capture_output=True)
    seconds = time.monotonic() - start
    assert done.returncode == 0, done.stderr
    made = os.path.join(out, os.listdir(out)[0])
    return done.stdout, seconds, {name: open(os.path.join(made, name), "rb").read()
                                  for name in ("model.pare", "metrics.jsonl", "config.cfg")}


def check(result, wall, threads):
    profile = result["profile"]
    assert [p["part"] for p in profile["parts"]] == PARTS, profile
    parts = {p["part"]: p for p in profile["parts"]}
    seconds = {name: part["seconds"] for name, part in parts.items()}
    training = seconds.pop("training")
    assert abs(sum(seconds.values()) - profile["seconds"]) < 1e-6, profile
    assert profile["seconds"] <= wall and profile["threads"] == threads
    assert abs(training - sum(seconds[name] for name in PARTS[1:5])) < 1e-9, profile
    for name in PARTS[:9] + ["test"]:
        assert seconds[name] > 0, name
    # default.lua trains three times; 784 x 20, 20 x 15 and 15 x 10 weights.
    macs, samples = (784 * 20, 20 * 15, 15 * 10), 3 * 3 * 500
    assert abs(parts["forward"]["gflop"] - 2e-9 * samples * sum(macs)) < 1e-9, parts
    assert abs(parts["backward"]["gflop"] - 2e-9 * samples * (macs[0] + 2 * macs[1] + 2 * macs[2])) < 1e-9, parts
    for part in parts.values():
        if "peak" in part:
            assert abs(part["peak"] - part["gflop"] / part["seconds"] / profile["peak_gflops"]) < 1e-6, part
    assert 0 < parts["forward"]["peak"] <= 1.2, parts


if not os.path.isdir("/usr/share/datasets/fashion-mnist"):
    sys.exit(77)
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "profile.cfg"), "w") as file:
        file.write(CONFIG)
    text, _, plain = run(folder, 1, "--json")
    assert "profile" not in json.loads(text)
    for threads in (1, 2):
        text, wall, made = run(folder, threads, "--json", "--profile")
        check(json.loads(text), wall, threads)
        assert made == plain, "a profile changed what was made"
    text, _, _ = run(folder, 1, "--profile")
    assert "GFLOP/s" in text and all(f"\n{name} " in text for name in PARTS), text
