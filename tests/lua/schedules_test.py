#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each schedule that comes with pare does what its first lines say.

schedules_test.py --pare PARE --data DIR --plugins DIR --schedules DIR

Runs each on the small data set and compares journal and metrics with what the
schedule promises, computed here anew. A schedule without a check fails.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

CONFIG = pathlib.Path(__file__).parent / "tiny.cfg"
COUNT = {"fc1.weight": 64 * 24, "fc2.weight": 24 * 4}
AMOUNT = {"fc1.weight": 0.7, "fc2.weight": 0.4}  # of tiny.cfg
WEIGHTS = sum(COUNT.values())
EPOCHS, STEPS = 2, 30  # of tiny.cfg: 600 samples in batches of 20


class Run:
    """A finished run: its journal, its logs, its result."""

    def __init__(self, args, schedule, **settings):
        with tempfile.TemporaryDirectory(prefix="pare-lua-") as folder:
            command = [args.pare, "run", str(CONFIG), "--quiet", "--json", "--out", folder]
            for key, value in {"schedule": schedule, **settings}.items():
                command += ["--set", f"{key.replace('__', '.')}={value}"]
            keep = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "PATH"}
            done = subprocess.run(
                command,
                env={
                    **keep,
                    "PARE_DATA": str(pathlib.Path(args.data).resolve()),
                    "PARE_PLUGINS": str(pathlib.Path(args.plugins).resolve()),
                },
                capture_output=True,
                timeout=100,
                check=False,
            )
            assert done.returncode == 0, done.stderr.decode()
            self.result = json.loads(done.stdout)
            run = pathlib.Path(self.result["run_dir"])
            self.journal = [json.loads(line) for line in (run / "journal.jsonl").open()]
            metrics = [json.loads(line) for line in (run / "metrics.jsonl").open()]
            self.logs = [line for line in metrics if line["what"] == "log"]
            model = run / "model.pare"
            self.bytes = model.read_bytes() if model.exists() else None

    def verbs(self):
        return [line["verb"] for line in self.journal]

    def of(self, verb):
        return [line for line in self.journal if line["verb"] == verb]

    def kept_after_prunes(self):
        """Kept weights by parameter, after each line of prune."""
        kept, states = dict(COUNT), []
        for line in self.of("prune"):
            for p in line["result"]["params"]:
                kept[p["name"]] = p["kept"]
            states.append(dict(kept))
        return states


def kept_by(amount, name):
    return COUNT[name] - round(amount * COUNT[name])


def near(a, b, within=1):
    assert abs(a - b) <= within, (a, b)


def check_final_amounts(run):
    for name, kept in run.kept_after_prunes()[-1].items():
        near(kept, kept_by(AMOUNT[name], name))


def default(args):
    run = Run(args, "default.lua")
    assert run.verbs() == ["train", "prune", "train", "share", "train", "encode"]
    assert [line["result"]["epochs"] for line in run.of("train")] == [EPOCHS] * 3
    assert [line["options"].get("rate") for line in run.of("train")] == [0.1, 0.1, 0.1 / 100]
    check_final_amounts(run)
    run = Run(args, "default.lua", args__retrain_epochs=1, args__tune_epochs=3)
    assert [line["result"]["epochs"] for line in run.of("train")] == [EPOCHS, 1, 3]


def one_shot(args):
    run = Run(args, "one_shot.lua", args__tune_epochs=1)
    assert run.verbs() == ["train", "prune", "train", "share", "train", "encode"]
    rates = [line["options"].get("rate") for line in run.of("train")]
    assert rates == [0.1, 0.1 / 2, 0.1 / 100], rates
    check_final_amounts(run)


def iterative(args):
    rounds = 4
    curves = {
        "geometric": lambda a, t: 1 - (1 - a) ** t,
        "cubic": lambda a, t: a * (1 - (1 - t) ** 3),
        "linear": lambda a, t: a * t,
    }
    for curve, amount in curves.items():
        run = Run(
            args, "iterative.lua", args__rounds=rounds, args__curve=curve, args__retrain_epochs=1,
            args__last_epochs=2, args__tune_epochs=0,
        )
        states = run.kept_after_prunes()[1::2]  # two parameters, two calls a round
        assert len(states) == rounds
        for i, state in enumerate(states):
            for name, kept in state.items():
                near(kept, kept_by(amount(AMOUNT[name], (i + 1) / rounds), name))
            near(run.logs[i]["sparsity"], 1 - sum(state.values()) / WEIGHTS, 1e-12)
        epochs = [line["result"]["epochs"] for line in run.of("train")]
        assert epochs == [EPOCHS] + [1] * (rounds - 1) + [2], epochs
        assert run.verbs()[-2:] == ["share", "encode"]


def iterative_global(args):
    """Amounts over the net as a whole: one call a round."""
    run = Run(args, "iterative.lua", args__rounds=3, prune__scope="global", rules="()")
    assert len(run.of("prune")) == 3
    for i, line in enumerate(run.of("prune")):
        near(line["result"]["kept"], WEIGHTS - round((1 - 0.3 ** ((i + 1) / 3)) * WEIGHTS))


def gradual(args):
    every, ramp = 7, 0.8
    run = Run(args, "gradual.lua", args__every=every, args__ramp=ramp, args__tune_epochs=0)
    last = 48  # 0.8 of 2 x 30 steps
    steps = [line["step"] for line in run.logs]
    assert steps == [*range(every, last, every), last], steps
    for line, state in zip(run.logs, run.kept_after_prunes()[1::2], strict=True):
        part = 1 - (1 - line["step"] / last) ** 3
        for name, kept in state.items():
            near(kept, kept_by(AMOUNT[name] * part, name))
        near(line["sparsity"], 1 - sum(state.values()) / WEIGHTS, 1e-12)
    check_final_amounts(run)
    # All prunings lie inside the second training, which the journal ends with.
    assert run.verbs() == ["train"] + ["prune"] * (2 * len(steps)) + ["train", "share", "encode"]


def lottery(args):
    run = Run(args, "lottery.lua", args__rounds=3, args__tune_epochs=0)
    assert run.verbs()[:2] == ["snapshot", "train"], "the snapshot is of the initial weights"
    round_verbs = ["prune", "prune", "restore", "train", "test"]
    assert run.verbs()[2:-2] == round_verbs * 3, run.verbs()
    assert all(line["options"]["what"] == "weights" for line in run.of("restore"))
    for i, state in enumerate(run.kept_after_prunes()[1::2]):
        for name, kept in state.items():
            near(kept, kept_by(1 - (1 - AMOUNT[name]) ** ((i + 1) / 3), name))
    run = Run(args, "lottery.lua", args__rounds=1, args__rewind_step=20)
    assert run.verbs()[:2] == ["snapshot", "train"], "taken in the training, which ends later"
    assert len(run.of("snapshot")) == 1


def dense_sparse_dense(args):
    run = Run(args, "dense_sparse_dense.lua")
    phases = ["train", "snapshot", "test", "prune", "train", "test", "restore", "train", "test"]
    assert run.verbs() == [*phases, "encode"], run.verbs()
    assert run.of("restore")[0]["options"]["what"] == "masks"
    assert run.result["density"] == 1.0
    near(run.of("train")[2]["options"]["rate"], 0.01, 1e-12)


def until_error(args):
    run = Run(args, "until_error.lua", args__rise=3.0, args__rounds=30, args__retrain_epochs=1,
              args__share=0.4, args__tune_epochs=0, rules="()")
    most = run.logs[0]["most"]
    near(most, run.of("test")[0]["result"]["error"] + 3.0, 1e-12)
    assert all(line["error"] <= most for line in run.logs[:-1])
    for i, line in enumerate(run.logs):
        near(line["sparsity"], 1 - 0.6 ** (i + 1), 2 / WEIGHTS)
    assert run.logs[-1]["error"] > most and len(run.of("restore")) == 1, "the rise was reached"
    near(run.result["density"], 0.6 ** (len(run.logs) - 1), 2 / WEIGHTS)


def sensitivity(args):
    steps = 4
    run = Run(args, "sensitivity.lua", args__steps=steps, args__from=0.2, args__to=0.8)
    assert run.bytes is None
    assert run.logs[0]["param"] == "none"
    got = [(line["param"], round(line["amount"], 9)) for line in run.logs[1:]]
    assert got == [(name, a) for name in COUNT for a in (0.2, 0.4, 0.6, 0.8)], got
    for line, kept in zip(run.logs[1:], run.of("prune"), strict=True):
        assert len(kept["result"]["params"]) == 1, "each parameter alone"
        near(kept["result"]["kept"], kept_by(line["amount"], line["param"]))
    # Taken back each time: the net at the end is the trained one.
    near(run.result["test_error_percent"], run.logs[0]["error"], 1e-12)


def twice(args):
    """The same bytes again, for a schedule with every kind of call in it."""
    one, two = (Run(args, "gradual.lua", args__every=5) for _ in range(2))
    assert one.bytes and one.bytes == two.bytes


CHECKS = [default, one_shot, iterative, gradual, lottery, dense_sparse_dense, until_error, sensitivity]
MORE = [iterative_global, twice]


def main():
    parser = argparse.ArgumentParser()
    for name in ("--pare", "--data", "--plugins", "--schedules"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    there = {path.stem for path in pathlib.Path(args.schedules).glob("*.lua")}
    unchecked = there ^ {check.__name__ for check in CHECKS}
    failed = 0

    for name in sorted(unchecked):
        failed += 1
        print(f"{name}: a schedule without a check, or a check without a schedule")
    for check in CHECKS + MORE:
        try:
            check(args)
        except AssertionError as wrong:
            failed += 1
            line = sys.exc_info()[2].tb_next.tb_lineno
            print(f"{check.__name__}, line {line}: {wrong}")
    print(f"{len(CHECKS + MORE)} checks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
