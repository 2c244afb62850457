#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The CSV files of a run against their definitions.

figures_test.py --pare PARE --data DIR --plugins DIR --decoder decode_pare.py

The same road is run whole and cut short after each stage, where the model file has
the weights of that moment; an independent decoder reads them, and what the whole run
says of the moment is counted again from there.
"""

import argparse
import csv
import importlib.util
import json
import math
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
OF_NET = ("layers", "weights", "centroids", "gaps", "storage", "mask-fc1", "mask-fc2")


def must(condition, *what):
    if not condition:
        sys.exit("figures: " + " ".join(str(w) for w in what))


class Run:
    """One run, its figures, and its weights as floats."""

    def __init__(self, args, out, config="net.cfg", until="end"):
        done = subprocess.run(
            [args.pare, "run", str(HERE / config), "--quiet", "--no-figures", "--json", "--threads",
             "1", "--out", str(out), "--set", f'args.until="{until}"'],
            capture_output=True, text=True, check=False, env={
                **os.environ, "PARE_DATA": str(pathlib.Path(args.data).resolve()),
                "PARE_PLUGINS": str(pathlib.Path(args.plugins).resolve())})
        must(done.returncode == 0, config, until, done.stderr)
        self.result = json.loads(done.stdout)
        self.dir, = out.iterdir()
        self.weights = {}
        if (self.dir / "model.pare").exists():
            decoded = args.decode((self.dir / "model.pare").read_bytes())
            for p in decoded["params"]:
                n = len(p["values"]) // 4
                self.weights[p["name"]] = struct.unpack(f"<{n}f", p["values"])
            self.shapes = {p["name"]: p["shape"] for p in decoded["params"]}

    def text(self, name):
        path = self.dir / "figures" / f"{name}.csv"
        return path.read_text() if path.exists() else None

    def rows(self, name):
        text = self.text(name)
        must(text is not None, name, "is missing")
        return list(csv.DictReader(text.splitlines()))


def near(a, b):
    return math.isclose(float(a), b, rel_tol=1e-9, abs_tol=1e-12)


def check_moment(whole, moment, run):
    """Number, mean, deviations, bins and cumulative parts of one moment."""
    for param in ("fc1.weight", "fc2.weight"):
        every = run.weights[param]
        kept = [w for w in every if w != 0.0]
        row, = (r for r in whole.rows("layers") if r["param"] == param and r["moment"] == moment)
        must(int(row["weights"]) == len(every) and int(row["kept"]) == len(kept), moment, row)
        mean, mean_all = sum(kept) / len(kept), sum(every) / len(every)
        must(near(row["mean"], mean), moment, row, mean)
        must(near(row["deviation"], math.sqrt(sum((w - mean) ** 2 for w in kept) / len(kept))), row)
        zeros = math.sqrt(sum((w - mean_all) ** 2 for w in every) / len(every))
        must(near(row["deviation_zeros"], zeros), moment, row, zeros)
        must(float(row["least"]) == min(kept) and float(row["most"]) == max(kept), moment, row)

        bins = [r for r in whole.rows("weights") if r["param"] == param and r["moment"] == moment]
        width = min(float(r["high"]) - float(r["low"]) for r in bins)
        numbers = {round(float(r["low"]) / width): int(r["weights"]) for r in bins}
        must(len(numbers) == len(bins) > 8, moment, param, len(bins))
        must(sum(numbers.values()) == len(kept), moment, param)
        step = float(f"{width:.6g}")
        must(re.fullmatch(r"[125]e[-+]\d+", f"{step:.0e}"), step)
        again = {}
        for w in kept:
            again[math.floor(w / step)] = again.get(math.floor(w / step), 0) + 1
        must(again == numbers, moment, param, again, numbers)
        cumulative, below = [float(r["cumulative"]) for r in bins], 0
        for r in bins:
            below += int(r["weights"])
            must(near(r["cumulative"], below / len(kept)), r)
        must(cumulative == sorted(cumulative) and cumulative[-1] == 1.0, cumulative)


def check_centroids(whole, shared):
    rows = whole.rows("centroids")
    for param in ("fc1.weight", "fc2.weight"):
        mine = [r for r in rows if r["param"] == param]
        for column, run in (("tuned", whole), ("shared", shared)):
            counts = {}
            for w in run.weights[param]:
                if w != 0.0:
                    counts[w] = counts.get(w, 0) + 1
            got = {struct.unpack("<f", struct.pack("<f", float(r[column])))[0]: int(r["weights"])
                   for r in mine}
            must(got == counts, param, column, got, counts)
        must(any(r["tuned"] != r["shared"] for r in mine), "nothing was tuned")


def check_gaps(run):
    for param in ("fc1.weight", "fc2.weight"):
        rows = [r for r in run.rows("gaps") if r["param"] == param]
        got = {int(r["gap"]): int(r["entries"]) for r in rows}
        spans = [int(r["gap"]) for r in rows if r["filler"] == "1"]
        span = spans[0] if spans else math.inf
        counts, gap = {}, 0
        for w in run.weights[param]:
            if w == 0.0:
                gap += 1
                continue
            while gap >= span:
                counts[span] = counts.get(span, 0) + 1
                gap -= span
            counts[gap] = counts.get(gap, 0) + 1
            gap = 0
        must(got == counts, param, got, counts)


def check_storage(args, run):
    rows = run.rows("storage")
    size = (run.dir / "model.pare").stat().st_size
    must(sum(int(r["bytes"]) for r in rows) == size == run.result["file_bytes"], rows)
    shown = json.loads(subprocess.run([args.pare, "show", "--json", str(run.dir / "model.pare")],
                                      capture_output=True, check=True).stdout)
    ledger = [(line["param"] or "", line["part"], str(line["bytes"])) for line in shown["ledger"]]
    must([(r["param"], r["part"], r["bytes"]) for r in rows] == ledger, rows)


def check_masks(run):
    for layer in ("fc1", "fc2"):
        lines = run.text(f"mask-{layer}").splitlines()
        outputs = run.shapes[f"{layer}.weight"][0]
        inputs = len(run.weights[f"{layer}.weight"]) // outputs
        must(len(lines) == outputs, layer, len(lines))
        got = [int(cell) for line in lines for cell in line.split(",")]
        must(got == [int(w != 0.0) for w in run.weights[f"{layer}.weight"]], layer, inputs)


def check_wide(args, out):
    """Two lines of 1,500 share one."""
    run = Run(args, out, config="wide.cfg", until="pruned")
    lines = [[int(c) for c in line.split(",")] for line in run.text("mask-fc1").splitlines()]
    keep = [int(w != 0.0) for w in run.weights["fc1.weight"]]
    rows = [keep[i:i + 64] for i in range(0, len(keep), 64)]
    must(lines == [[a + b for a, b in zip(*pair)] for pair in zip(rows[::2], rows[1::2])], "wide")


def check_past(run):
    metrics = [json.loads(line) for line in (run.dir / "metrics.jsonl").read_text().splitlines()]
    epochs = [m for m in metrics if m["what"] == "epoch"]
    rows = run.rows("epochs")
    must([float(r["error_percent"]) for r in rows] == [m["error"] for m in epochs], rows)
    must([float(r["validation_error_percent"]) for r in rows] ==
         [m["validation_error"] for m in epochs], rows)
    must([r["phase"] for r in rows] ==
         ["train"] * 3 + ["retrain"] * 2 + ["tune"] + ["prune"], [r["phase"] for r in rows])
    must([r["prunings"] for r in rows][:6] == ["0"] * 6 and int(rows[6]["prunings"]) > 3, rows)
    events = [(int(r["epoch"]), r["what"]) for r in run.rows("events")]
    must(events == [(3, "trained"), (3, "prune"), (5, "pruned"), (5, "share"), (6, "shared"),
                    (6, "encode"), (6, "restore")], events)
    errors = {r["what"]: r["test_error_percent"] for r in run.rows("events")}
    for stage in run.result["stages"][:3]:
        must(float(errors[stage["stage"]]) == stage["test_error_percent"], errors)
    must(float(errors["encode"]) == run.result["test_error_percent"], errors)


def check_measured(run):
    grid = [tuple(r.values()) for r in run.rows("grid")]
    must(grid == [("linear", "tuned", "2", "92"), ("forgy", "", "2", "82"),
                  ("linear", "tuned", "3", "93"), ("forgy", "", "3", "83")], grid)
    points = [tuple(r.values()) for r in run.rows("tradeoff")]
    must(points == [("pruned, shared", "pruned 0.9, shared", "4", "2.5")], points)


def check_report(args, run, zeros):
    """report.txt against zeros: how many weights of each parameter are zero."""
    rows = {}
    for line in (run.dir / "report.txt").read_text().splitlines():
        match = re.fullmatch(r"(\S+(?: \S+)?)((?: +[\d,.]+)+(?: %(?: +[\d,.]+)+)?)", line)
        if match:
            rows[match[1]] = [float(x.replace(",", "")) for x in match[2].replace("%", "").split()]
    model, ledger, kinds = run.dir / "model.pare", {}, {"weight": "weights", "bias": "biases"}
    if model.exists():
        shown = json.loads(subprocess.run([args.pare, "show", "--json", str(model)],
                                          capture_output=True, check=True).stdout)
        for line in shown["ledger"]:
            ledger[line["param"]] = ledger.get(line["param"], 0) + line["bytes"]
    sums = {}
    for name, (total, zeroed, values) in zeros.items():
        layer, kind = name.split(".")
        for row in (name, layer, kinds[kind], "all"):
            sums[row] = [a + b for a, b in zip(sums.get(row, [0] * 4),
                                               (total, zeroed, values, ledger.get(name, 0)))]
    for name, (total, zeroed, values, size) in sums.items():
        want = [total, zeroed, total - zeroed, round(100 * (total - zeroed) / total, 2), values]
        if model.exists():
            want += [size, round(8 * size / total, 3)]
        must(len(rows[name]) == len(want) and
             all(abs(a - b) <= 0.0051 for a, b in zip(rows[name], want)), name, rows[name], want)
    if model.exists():
        size, total = model.stat().st_size, sums["all"][0]
        must(rows["file"] == [size, round(8 * size / total, 3)], rows["file"], size)
        must(rows["the rest"] == [size - sums["all"][3]], rows["the rest"])
    names = [name for name in rows if name in sums or name in ("the rest", "file")]
    must(len(names) == len(sums) + (2 if model.exists() else 0), rows)


def zeros_of(run, shared):
    """Of each parameter: how many values, zeros among them, shared values."""
    return {name: (len(w), w.count(0.0), len(set(w) - {0.0}) if shared and "weight" in name else 0)
            for name, w in run.weights.items()}


def main():
    parser = argparse.ArgumentParser()
    for name in ("--pare", "--data", "--plugins", "--decoder"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    spec = importlib.util.spec_from_file_location("decode_pare", args.decoder)
    decoder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(decoder)
    args.decode = decoder.decode

    with tempfile.TemporaryDirectory(prefix="pare-figures-") as folder:
        folder = pathlib.Path(folder)
        whole = Run(args, folder / "whole")
        at = {name: Run(args, folder / name, until=name) for name in ("trained", "pruned", "shared")}
        check_moment(whole, "trained", at["trained"])
        check_moment(whole, "pruned", at["pruned"])
        check_moment(whole, "shared", whole)
        check_moment(at["pruned"], "pruned", at["pruned"])
        check_centroids(whole, at["shared"])
        check_gaps(whole)
        check_storage(args, whole)
        check_masks(whole)
        check_past(whole)
        check_measured(whole)
        check_report(args, whole, zeros_of(whole, True))
        check_report(args, at["pruned"], zeros_of(at["pruned"], False))
        must(at["trained"].text("mask-fc1") is None and at["pruned"].text("centroids") is None,
             "figures of what there is not")

        detour = Run(args, folder / "detour", until="detour")
        for name in OF_NET:
            must(detour.text(name) == whole.text(name), "another way to the same net:", name)
        bare = Run(args, folder / "bare", until="no file")
        must(bare.text("storage") is None and bare.text("gaps") is None, "figures of no file")
        check_report(args, bare, zeros_of(at["pruned"], False))
        must("error pruned 0.9, shared: 2.5\n" in (whole.dir / "report.txt").read_text(), "measured")
        for name in ("layers", "weights", "mask-fc1"):
            must(bare.text(name) == at["pruned"].text(name), "without a file:", name)
        check_wide(args, folder / "wide")


main()
