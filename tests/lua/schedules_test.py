#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each schedule that comes with pare does what its first lines say.

schedules_test.py --pare PARE --data DIR --plugins DIR --schedules DIR [--real]

Runs each on a small data set, with --real on the first 600 samples of Fashion-MNIST,
and compares journal and metrics with what the schedule promises, computed here anew.
A schedule without a check fails.
"""

import argparse
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import decode_pare  # noqa: E402

CONFIG = pathlib.Path(__file__).resolve().parent / "tiny.cfg"
COUNT = {"fc1.weight": 64 * 24, "fc2.weight": 24 * 4}  # with --real: see use_real
CONV_COUNT = {"conv1.weight": 3 * 9, "fc1.weight": 27 * 10, "fc2.weight": 40}
BUDGET = 900
AMOUNT = {"fc1.weight": 0.7, "fc2.weight": 0.4}  # of tiny.cfg
EPOCHS, STEPS = 2, 30  # of tiny.cfg: 600 samples in batches of 20


def use_real(args):
    """28 x 28 instead of 8 x 8, 10 classes instead of 4."""
    global BUDGET  # pylint: disable=global-statement
    args.settings = {"data.name": "fashion-mnist", "data.classes": 10, "data.samples": 600}
    COUNT.update({"fc1.weight": 784 * 24, "fc2.weight": 24 * 10})
    CONV_COUNT.update({"fc1.weight": 3 * 13 * 13 * 10, "fc2.weight": 100})
    BUDGET = 5000


def weights():
    return sum(COUNT.values())


def invoke(args, config, out, cwd=None, **settings):
    command = [str(pathlib.Path(args.pare).resolve()), "run", str(config), "--quiet", "--no-figures", "--json",
               "--out", str(out)]
    for key, value in args.settings.items():
        command += ["--set", f"{key}={value}"]
    for key, value in settings.items():
        command += ["--set", f"{key.replace('__', '.')}={value}"]
    keep = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "PATH"}
    return subprocess.run(
        command,
        env={
            **keep,
            **({} if args.real else {"PARE_DATA": str(pathlib.Path(args.data).resolve())}),
            "PARE_PLUGINS": str(pathlib.Path(args.plugins).resolve()),
        },
        cwd=cwd,
        capture_output=True,
        timeout=100,
        check=False,
    )


class Run:
    """A finished run: its journal, its logs, its result. fails: the error that it must end
    in; then there is no result, and where it came before the first verb (folders 0),
    nothing else. script: a schedule of the test's own, beside a copy of
    those of pare."""

    def __init__(self, args, schedule, fails=None, script=None, **settings):
        with tempfile.TemporaryDirectory(prefix="pare-lua-") as folder:
            if script:
                own = pathlib.Path(folder, "schedules")
                shutil.copytree(args.schedules, own)
                schedule = own / "own.lua"
                schedule.write_text(script)
            done = invoke(args, CONFIG, folder, schedule=schedule, **settings)
            if fails:
                assert fails in done.stderr.decode(), done.stderr.decode()
                run = [p for p in pathlib.Path(folder).iterdir() if p.name != "schedules"]
                self.folders = len(run)
                if not run:
                    return
                run = run[0]
            else:
                assert done.returncode == 0, done.stderr.decode()
                self.result = json.loads(done.stdout)
                run = pathlib.Path(self.result["run_dir"])
            records = [json.loads(line) for line in (run / "journal.jsonl").open()]
            self.journal = [record for record in records if "verb" in record]
            metrics = [json.loads(line) for line in (run / "metrics.jsonl").open()]
            self.logs = [line for line in metrics if line["what"] == "log"]
            model = run / "model.pare"
            self.bytes = model.read_bytes() if model.exists() else None

    def values(self, name):
        """Those of a parameter of the file: as bits, 0 where a weight is pruned."""
        data = next(p for p in decode_pare.decode(self.bytes)["params"] if p["name"] == name)
        return struct.unpack(f"<{len(data['values']) // 4}I", data["values"])

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


# Shows the schedule a net that ends the run at its first restore, with the file as it is then.
REWOUND = """
local real, net = run, run.net
local function forward(object, own)
  return setmetatable(own, { __index = function(_, key)
    local value = object[key]
    if type(value) ~= "function" then return value end
    return function(_, ...) return value(object, ...) end
  end })
end
run = forward(real, { net = forward(net, {
  restore = function(_, ...)
    net:restore(...)
    net:encode()
    error("rewound")
  end,
}) })
require "%s"
"""


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
            near(run.logs[i]["sparsity"], 1 - sum(state.values()) / weights(), 1e-12)
        epochs = [line["result"]["epochs"] for line in run.of("train")]
        assert epochs == [EPOCHS] + [1] * (rounds - 1) + [2], epochs
        assert run.verbs()[-2:] == ["share", "encode"]


def iterative_global(args):
    """Amounts over the net as a whole: one call a round."""
    run = Run(args, "iterative.lua", args__rounds=3, prune__scope="global", rules="()")
    assert len(run.of("prune")) == 3
    for i, line in enumerate(run.of("prune")):
        near(line["result"]["kept"], weights() - round((1 - 0.3 ** ((i + 1) / 3)) * weights()))


def iterative_dropout(args):
    """Dropout as Han 2015, section 3.2, after every pruning."""
    run = Run(args, "iterative.lua", model__dropout=0.3, args__rounds=3, args__adjust_dropout="true",
              args__retrain_epochs=1, args__tune_epochs=1)
    states = run.kept_after_prunes()[1::2]
    trained = [line["options"].get("dropout") for line in run.of("train")]
    wanted = [0.3 * math.sqrt(sum(state.values()) / weights()) for state in states]
    assert trained[0] is None and len(trained) == 5
    for got, rate in zip(trained[1:], [*wanted, wanted[-1]], strict=True):
        near(got, rate, 1e-12)
    Run(args, "iterative.lua", fails="a dropout rate is needed", args__adjust_dropout="true")


def gradual(args):
    """Zhu and Gupta 2017, equation 1: for t of t0, t0 + dt, ..., t0 + n dt
    s = sf + (si - sf) * (1 - (t - t0) / (n dt))^3, where si = 0."""
    every, ramp, start = 7, 0.8, 4
    n = 6  # the most with 4 + n * 7 <= 48, which is 0.8 of 2 x 30 steps
    run = Run(args, "gradual.lua", args__every=every, args__ramp=ramp, args__start=start,
              args__tune_epochs=0)
    steps = [line["step"] for line in run.logs]
    assert steps == [start + i * every for i in range(n + 1)], steps
    states = run.kept_after_prunes()  # at first both amounts are 0: one call
    for line, state in zip(run.logs, [states[0], *states[2::2]], strict=True):
        for name, kept in state.items():
            sf = AMOUNT[name]
            s = sf + (0 - sf) * (1 - (line["step"] - start) / (n * every)) ** 3
            near(kept, kept_by(s, name))
        near(line["sparsity"], 1 - sum(state.values()) / weights(), 1e-12)
    check_final_amounts(run)
    # All prunings lie inside the second training, which the journal ends with.
    assert run.verbs() == ["train"] + ["prune"] * len(states) + ["train", "share", "encode"]


def lottery(args):
    run = Run(args, "lottery.lua", args__rounds=3, args__tune_epochs=0)
    assert run.verbs()[:2] == ["snapshot", "train"], "the snapshot is of the initial weights"
    round_verbs = ["prune", "prune", "restore", "train", "test"]
    assert run.verbs()[2:-2] == round_verbs * 3, run.verbs()
    assert all(line["options"]["what"] == "weights" for line in run.of("restore"))
    for i, state in enumerate(run.kept_after_prunes()[1::2]):
        for name, kept in state.items():
            near(kept, kept_by(1 - (1 - AMOUNT[name]) ** ((i + 1) / 3), name))
    assert not any("changes" in line["options"] for line in run.of("train")), "trained as at first"


AT_STEP = """
run:arg("rewind_step", 0)
run.net:train { on_step = function(at) return at.done < %d end }
run.net:encode()
"""


def lottery_rewinding(args):
    """The weights after rewinding are those of step k bit for bit (Frankle 2020), and the
    training after it is what comes after step k."""
    k = 17
    rewound = Run(args, None, script=REWOUND % "lottery", fails="rewound", args__rewind_step=k)
    early = Run(args, None, script=AT_STEP % k)
    trained = Run(args, None, script=AT_STEP % (EPOCHS * STEPS))
    for name, count in COUNT.items():
        at_k, masked = early.values(name), rewound.values(name)
        kept = sum(value != 0 for value in masked)
        near(kept, kept_by(1 - (1 - AMOUNT[name]) ** (1 / 5), name))
        assert len(at_k) == count
        assert all(value in (0, here) for value, here in zip(masked, at_k, strict=True))
        moved = sum(a != b for a, b in zip(at_k, trained.values(name), strict=True))
        assert moved > 0.9 * count, "step k is not the last"
    for name in ("fc1.bias", "fc2.bias"):
        assert rewound.values(name) == early.values(name)

    run = Run(args, "lottery.lua", args__rounds=2, args__rewind_step=k, args__tune_epochs=0)
    total = EPOCHS * STEPS
    for line in run.of("train")[1:]:
        assert line["result"]["steps"] == total - k
        for change in line["options"]["changes"]:
            at = k + change["done"]  # steps before it, counted from the start
            near(change["rate"], 0.1 * (1 + math.cos(math.pi * at / total)) / 2, 1e-12)
        assert len(line["options"]["changes"]) == total - k - 1
    Run(args, "lottery.lua", fails="less than the 60 steps", args__rewind_step=total)


def dense_sparse_dense(args):
    run = Run(args, "dense_sparse_dense.lua")
    phases = ["train", "snapshot", "test", "prune", "train", "test", "restore", "train", "test"]
    assert run.verbs() == [*phases, "encode"], run.verbs()
    assert run.of("restore")[0]["options"]["what"] == "masks"
    assert run.result["density"] == 1.0
    near(run.of("train")[2]["options"]["rate"], 0.01, 1e-12)
    # The pruned weights start again from zero, and are trained again.
    again = Run(args, None, script=REWOUND % "dense_sparse_dense", fails="rewound")
    for name, count in COUNT.items():
        zeros = [i for i, value in enumerate(again.values(name)) if value == 0]
        near(len(zeros), count - kept_by(AMOUNT[name], name))
        grown = sum(run.values(name)[i] != 0 for i in zeros) if name == "fc2.weight" else 1
        assert grown > 0, "they are trained again"


def until_error(args):
    run = Run(args, "until_error.lua", args__rise=3.0, args__rounds=30, args__retrain_epochs=1,
              args__share=0.4, args__tune_epochs=0, rules="()")
    most = run.logs[0]["most"]
    near(most, run.of("test")[0]["result"]["error"] + 3.0, 1e-12)
    assert all(line["error"] <= most for line in run.logs[:-1])
    for i, line in enumerate(run.logs):
        near(line["sparsity"], 1 - 0.6 ** (i + 1), 2 / weights())
    assert run.logs[-1]["error"] > most and len(run.of("restore")) == 1, "the rise was reached"
    near(run.result["density"], 0.6 ** (len(run.logs) - 1), 2 / weights())


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


def in_turns(args):
    kinds = {"conv": ["conv1.weight", "conv1.bias"],
             "dense": ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]}
    layers = ('( { type = "conv"; units = 3; kernel = 3; }, { type = "maxpool"; kernel = 2; }, '
              '{ type = "dense"; units = 10; }, { type = "relu"; } )')
    for first in ("conv", "dense"):
        run = Run(args, "in_turns.lua", model__plugin="cnn", model__layers=layers,
                  args__rounds=2, args__first=first, args__retrain_epochs=1, args__tune_epochs=0)
        order = [first, "dense" if first == "conv" else "conv"] * 2
        trains = run.of("train")[1:]
        assert [line["options"]["params"] for line in trains] == [kinds[kind] for kind in order]
        assert all(abs(line["options"]["rate"] - 0.01) < 1e-12 for line in trains)
        # Between two trainings only the kind that the second is of is pruned, to the
        # amount of the round.
        turn, seen = -1, []
        for line in run.journal:
            if line["verb"] == "prune":
                for p in line["result"]["params"]:
                    full = 0.4 if p["name"] == "fc2.weight" else 0.7
                    part = 1 - (1 - full) ** ((turn // 2 + 1) / 2)
                    near(line["options"]["amount"], part, 1e-9)
                    near(p["kept"], CONV_COUNT[p["name"]] - round(part * CONV_COUNT[p["name"]]))
                    seen.append((turn, p["name"]))
            turn += line["verb"] == "train"
            if line["verb"] == "train" and turn == 0:
                assert not seen
        turn_of = {kind: [i for i, k in enumerate(order) if k == kind] for kind in kinds}
        assert sorted(seen) == sorted(
            [(i, n) for i in turn_of["conv"] for n in ["conv1.weight"]]
            + [(i, n) for i in turn_of["dense"] for n in ["fc1.weight", "fc2.weight"]])
    assert Run(args, "in_turns.lua", fails="layers of one kind only").folders == 0


def deviation(bits):
    values = [struct.unpack("<f", struct.pack("<I", v))[0] for v in bits]
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))


# every_step.lua up to a step, before the pruning after it; 0: before the first.
BEFORE_STEP = """
local function prune() run.net:prune { zeros = "inclusive" } end
run.net:train()
if %d > 0 then
  prune()
  run.net:train { on_step = function(at)
    if at.done == %d then return false end
    prune()
  end }
end
run.net:encode()
"""


def every_step(args):
    quality = 0.8
    settings = {"prune__quality": quality, "rules": "()"}
    run = Run(args, "every_step.lua", args__tune_epochs=0, args__fixed_epochs=1, **settings)
    total = EPOCHS * STEPS
    # Before the first step, and before each of the others.
    assert run.verbs() == ["train", *["prune"] * total, "train", "test", "train", "share", "encode"]
    kept, cut = ({name: [] for name in COUNT} for _ in range(2))
    for line in run.of("prune"):
        for p in line["result"]["params"]:
            cut[p["name"]].append(p["cut"])
            kept[p["name"]].append(p["kept"])
    for step in (0, 1, total // 2, total - 1):
        before = Run(args, None, script=BEFORE_STEP % (step, step), **settings)
        for name in COUNT:
            near(cut[name][step], quality * deviation(before.values(name)), 1e-6)
    for counts in kept.values():
        assert counts == sorted(counts, reverse=True), "what is gone stays gone"
        assert counts[-1] < counts[0], "later prunings find more"
    near(run.result["density"], sum(c[-1] for c in kept.values()) / weights(), 1e-12)
    fewer = Run(args, "every_step.lua", args__every=8, args__tune_epochs=0, **settings)
    assert len(fewer.of("prune")) == 1 + 7  # after steps 8, 16, ..., 56
    Run(args, "every_step.lua", fails="an amount is reached at once")


def amount_at(points, base, rise):
    """On the rising hull of (amount, loss - base), from (0, 0)."""
    amount, risen = 0.0, 0.0
    for point in points:
        here = max(risen, point["loss"] - base)
        if here > rise:
            return amount + (point["amount"] - amount) * (rise - risen) / (here - risen)
        amount, risen = point["amount"], here
    return amount


def budget(args):
    budget, steps, rounds = BUDGET, 6, 2
    few = {"args__steps": steps, "args__rounds": rounds, "args__retrain_epochs": 1, "rules": "()"}
    run = Run(args, "budget.lua", args__budget_bytes=budget, **few)
    assert 0.97 * budget <= len(run.bytes) <= budget, len(run.bytes)
    base = run.of("test")[0]["result"]["loss"]
    curves = {name: [line for line in run.logs if line.get("param") == name] for name in COUNT}
    assert all(len(points) == steps and points[-1]["amount"] == 0.99 for points in curves.values())
    ends = [line for line in run.logs if "rise" in line]
    assert len(ends) == rounds + 1 and ends[-1]["target"] == budget
    rises = [line["rise"] for line in ends]
    assert rises == sorted(rises) and rises[0] < rises[-1]
    near(ends[1]["target"], budget, 1e-9)
    # One rise for all, and the amounts that the measured curves say.
    for name, kept in run.kept_after_prunes()[-1].items():
        near(kept, kept_by(amount_at(curves[name], base, rises[-1]), name))
    by_request = Run(args, "budget.lua", request__bytes=budget, **few)
    assert by_request.bytes == run.bytes
    Run(args, "budget.lua", fails="100 cannot be reached", args__budget_bytes=100, **few)
    Run(args, "budget.lua", fails="request.bytes", **few)


def nothing_left(args):
    """What is wrong before the first verb leaves no folder; what comes later does."""
    for script, fails in (
        ("run:arg('one', 1) run.net:train()", "args.on: the schedule asks for no such argument"),
        ("run:arg('on', 1.5) run.net:train()", "args.on: must be a number"),
        ("run:log { x = run:random(9) } run:metric('m', 1) error('so')", "so"),
        ("pcall(run.net.train, run.net) run.net:train()", "args.on: the schedule asks"),
    ):
        assert Run(args, None, script=script, fails=fails, args__on='"text"').folders == 0
    script = "run:arg('on') pcall(run.net.train, run.net) run.net:prune { amunt = 1 }"
    assert Run(args, None, script=script, fails="amunt", args__on=1).folders == 1
    # What is looked at before does not count: the same draws, the same file.
    script = "local x = run:random(1000) run.net:train { rate = x / 1e4 } run.net:encode()"
    one, two = Run(args, None, script=script), Run(args, None, script="run:arg('no', 1) " + script)
    assert one.bytes == two.bytes


def changes(args):
    """The journal keeps what a hook has changed."""
    run = Run(args, None, script="""
run.net:train { on_step = function(at)
  if at.done == 3 then return { rate = 0.25 } end
  if at.done == 4 then return { rate = 0.25, frozen = {} } end
  if at.done == 9 then return { frozen = "fc1.*", rate = "none" } end
end }
run.net:encode()
""")
    assert run.of("train")[0]["options"]["changes"] == [
        {"done": 3, "rate": 0.25, "dropout": "none", "frozen": []},
        {"done": 9, "rate": "none", "dropout": "none", "frozen": ["fc1.weight", "fc1.bias"]},
    ]


def moved(args):
    """A run folder can be moved and run again: schedule and modules lie in it."""
    with tempfile.TemporaryDirectory(prefix="pare-lua-") as folder:
        here = pathlib.Path(folder, "here")
        here.mkdir()
        (here / "own.lua").write_text('require "two" (run.net)')
        (here / "two.lua").write_text('local part = require "part"; require "pruning"\n'
                                      'return function(net) net:train() net:prune(part) net:encode() end')
        (here / "part.lua").write_text("return { amount = 0.75 }")
        first = invoke(args, CONFIG, folder + "/a", schedule=here / "own.lua")
        assert first.returncode == 0, first.stderr.decode()
        shutil.rmtree(here)
        run = next(pathlib.Path(folder, "a").iterdir())
        names = {path.name for path in run.glob("*.lua")}
        assert names == {"schedule.lua", "two.lua", "part.lua"}, names
        other = run.rename(pathlib.Path(folder, "other place"))
        again = invoke(args, other / "config.cfg", folder + "/b")
        assert again.returncode == 0, again.stderr.decode()
        run = next(pathlib.Path(folder, "b").iterdir())
        for name in ("model.pare", "config.cfg", "two.lua"):
            assert (run / name).read_bytes() == (other / name).read_bytes(), name

        here.mkdir()
        (here / "schedule.lua").write_text("return 1")
        (here / "own.lua").write_text('require "schedule"')
        got = invoke(args, CONFIG, folder + "/c", schedule=here / "own.lua")
        assert got.returncode == 2 and b"cannot be called 'schedule'" in got.stderr


def places(args):
    """Paths in messages are as the user wrote them, or below the current folder."""
    with tempfile.TemporaryDirectory(prefix="pare-lua-") as folder:
        sub = pathlib.Path(folder, "sub")
        sub.mkdir()
        text = CONFIG.read_text()
        (sub / "a.cfg").write_text('schedule = "bad.lua";' + text)
        (sub / "b.cfg").write_text("epchs = 3;" + text)
        (sub / "bad.lua").write_text('require "worse"')
        (sub / "worse.lua").write_text("error('here')")
        (sub / "top.cfg").write_text('@include "b.cfg"')
        pathlib.Path(folder, "top.cfg").write_text('@include "sub/b.cfg"')
        for config, cwd, place in (
            ("sub/a.cfg", folder, "sub/worse.lua:1: here"),
            ("a.cfg", sub, "worse.lua:1: here"),
            ("../sub/a.cfg", sub, "../sub/worse.lua:1: here"),
            (sub / "a.cfg", folder, f"{sub}/worse.lua:1: here"),
            ("top.cfg", folder, "sub/b.cfg:1: epchs"),
            ("top.cfg", sub, "b.cfg:1: epchs"),
        ):
            got = invoke(args, config, folder + "/runs", cwd=cwd).stderr.decode()
            assert got.removeprefix("pare: ").startswith(place), (config, got)
    build = pathlib.Path(args.pare).resolve().parent
    with tempfile.TemporaryDirectory(prefix="pare-lua-") as folder:
        got = invoke(args, CONFIG, folder, cwd=build, schedule="every_step.lua").stderr.decode()
        assert got.startswith("pare: share/pare/scripts/schedules/every_step.lua:"), got


def twice(args):
    """The same bytes again, for a schedule with every kind of call in it."""
    one, two = (Run(args, "gradual.lua", args__every=5) for _ in range(2))
    assert one.bytes and one.bytes == two.bytes


CHECKS = [default, one_shot, iterative, gradual, lottery, dense_sparse_dense, until_error,
          sensitivity, in_turns, every_step, budget]
MORE_OF_SCHEDULES = [iterative_global, iterative_dropout, lottery_rewinding]
MORE = [*MORE_OF_SCHEDULES, nothing_left, changes, moved, places, twice]


def main():
    parser = argparse.ArgumentParser()
    for name in ("--pare", "--data", "--plugins", "--schedules"):
        parser.add_argument(name, required=True)
    parser.add_argument("--real", action="store_true")
    args = parser.parse_args()
    args.settings = {}
    if args.real:
        use_real(args)
    there = {path.stem for path in pathlib.Path(args.schedules).glob("*.lua")}
    unchecked = there ^ {check.__name__ for check in CHECKS}
    failed = 0

    for name in sorted(unchecked):
        failed += 1
        print(f"{name}: a schedule without a check, or a check without a schedule")
    for check in CHECKS + (MORE_OF_SCHEDULES if args.real else MORE):
        try:
            check(args)
        except AssertionError as wrong:
            failed += 1
            line = sys.exc_info()[2].tb_next.tb_lineno
            print(f"{check.__name__}, line {line}: {wrong}")
    print(f"{len(CHECKS)} schedules, {failed} checks failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
