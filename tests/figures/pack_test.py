#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The pictures of a pack, and the data behind them, against its stored results.

pack_test.py --pare PARE --data DIR --plugins DIR

Series, places, means and ranges are worked out here from the result.json of each seed
and the names in the config's expect list; the pictures must have a mark for each.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).resolve().parent
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
SEEDS = 3
# metric: quantity, series, x_name, x ("percent": as measured); what is not here stands alone.
PLACES = {f"accuracy {name} {bits} bits": ("accuracy", name, "bits", bits)
          for name in ("linear", "forgy") for bits in (2, 5, 8)}
PLACES.update({f"error pruned {amount}{more}": ("error", f"pruned{more}", "percent", None)
               for amount in ("0.5", "0.9") for more in ("", ", shared")})
PLACES.update({f"error shared {bits} bits": ("error", "shared", "percent", None) for bits in (3, 4)})


def must(condition, *what):
    if not condition:
        sys.exit("pack: " + " ".join(str(w) for w in what))


def reproduce(args, out, *words, path=None, quiet=False):
    environment = {k: v for k, v in os.environ.items() if k != "PARE_NO_FIGURES"}
    environment.update(PARE_DATA=str(pathlib.Path(args.data).resolve()),
                       PARE_PLUGINS=str(pathlib.Path(args.plugins).resolve()))
    if path:
        environment["PATH"] = str(path)
    if quiet:
        environment["PARE_NO_FIGURES"] = "1"
    done = subprocess.run([str(pathlib.Path(args.pare).resolve()), "reproduce", str(HERE / "pack"),
                           "--out", str(out), "--seeds", str(SEEDS), *words],
                          capture_output=True, text=True, check=False, env=environment)
    must(done.returncode == 1, "some cells are missed on purpose:", done.returncode, done.stderr)
    return done, out / "pack" / "figures"


def expected():
    """The expect list of grid.cfg, as groups of texts."""
    text = (HERE / "pack/grid.cfg").read_text().split("expect = (")[1]
    field = re.compile(r'(\w+) = (?:"((?:[^"\\]|\\.)*)"|([^;]+));')
    groups = [{name: a.replace('\\"', '"') or b for name, a, b in field.findall(line)}
              for line in text.splitlines() if "metric" in line]
    return [g for g in groups if "cannot" not in g]


def check_data(folder, runs):
    with open(folder / "grid.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wanted = expected()
    must([r["metric"] for r in rows] == [g["metric"] for g in wanted], rows)
    for row, group in zip(rows, wanted):
        values = [r[row["metric"]] for r in runs if row["metric"] in r]
        must(int(row["n"]) == len(values) and len(values) in (0, SEEDS), row)
        place = PLACES.get(row["metric"], ("", "", "", ""))
        must((row["quantity"], row["series"], row["x_name"]) == place[:3], row, place)
        x = place[3]
        if x is None:
            other = row["metric"].replace("error", "percent")
            x = sum(r[other] for r in runs) / SEEDS
        must(row["x"] == "" if x == "" else math.isclose(float(row["x"]), x), row, x)
        must(row["unit"] == group.get("unit", ""), row)
        for name in ("paper", "low", "high"):
            must(row[name] == "" if name not in group else
                 float(row[name]) == float(group[name]), name, row)
        if values:
            want = {"mean": sum(values) / SEEDS, "min": min(values), "max": max(values)}
            must(all(math.isclose(float(row[k]), v, abs_tol=1e-12) for k, v in want.items()), row)
        else:
            must(row["mean"] == row["min"] == row["max"] == "" and row["verdict"] == "missing", row)
    return rows


def check_table(path):
    """Mean and deviation of the sample; of equal values exactly those and 0."""
    cells = json.loads(path.read_text())["experiments"][0]["cells"]
    for cell in cells:
        values = [v for v in cell["values"] if v is not None]
        if len(set(values)) == 1:
            must((cell["mean"], cell["sd"]) == (values[0], 0.0), cell)
        elif values:
            must(math.isclose(cell["mean"], statistics.fmean(values)), cell)
            must(math.isclose(cell["sd"], statistics.stdev(values)), cell)
    must(any(c["metric"] == "always the same" and c["n"] == SEEDS for c in cells), cells)


def marks(path):
    """How often each form of mark is drawn, and the texts. White is put below marks."""
    root = xml.parse(path).getroot()
    must(root.tag == SVG + "svg", path)
    uses = [u.get(HREF) for u in root.iter(SVG + "use")
            if u.get("id") is None and u.get("color") != "#FFFFFF"]
    return ({form: uses.count(form) for form in set(uses)},
            ["".join(t.itertext()) for t in root.iter(SVG + "text")])


def check_pictures(folder, rows):
    must(sorted(p.name for p in folder.glob("*.svg")) == ["grid-cells.svg", "grid-series.svg"],
         list(folder.iterdir()))
    # The marks in the keys are one for each series, and one for the paper in each panel
    # that has a value of it.
    placed = [r for r in rows if r["x"]]
    series = {(r["quantity"], r["series"]) for r in placed}
    papers = {r["quantity"] for r in placed if r["paper"]}
    here, texts = marks(folder / "grid-series.svg")
    must(here["#gpPt6"] == len(placed) + len(series), here)
    must(here["#gpPt3"] == sum(1 for r in placed if r["paper"]) + len(papers), here)
    must({"linear", "forgy", "pruned", "pruned, shared", "shared", "the paper"} <= set(texts), texts)
    must({"accuracy, %", "error, %", "bits", "size, %"} <= set(texts), texts)
    must(any(t.startswith("pack") and "grid" in t and "3 seeds" in t for t in texts), texts)

    beside = [r for r in rows if not r["x"] and r["mean"] and float(r["paper"] or 0) > 0]
    must([r["metric"] for r in beside] == ["accuracy trained", "zeroed 'fc1.weight'",
                                          'zeroed "fc2", all'], beside)
    here, texts = marks(folder / "grid-cells.svg")
    verdicts = {r["verdict"] == "not reproduced" for r in beside}
    must(here["#gpPt6"] == len(beside) + len(verdicts), here)
    must({r["metric"] for r in beside} <= set(texts), texts)
    must({f"{float(r['mean']):.4g} ({float(r['paper']):.4g}) {r['unit']}" for r in beside}
         <= set(texts), texts)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--pare", "--data", "--plugins"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pare-pack-") as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "empty").mkdir()
        done, folder = reproduce(args, scratch / "runs", "--no-figures")
        runs = [json.loads(p.read_text())["measured"]
                for p in (scratch / "runs").glob("pack/*/result.json")]
        must(len(runs) == SEEDS, runs)
        rows = check_data(folder, runs)
        check_table(scratch / "runs/pack/table.json")
        reproduce(args, scratch / "runs", quiet=True)
        must(not list((scratch / "runs").rglob("*.svg")), "drawn, though it should not be")
        done, _ = reproduce(args, scratch / "runs", path=scratch / "empty")
        must(done.stderr == "gnuplot is not here: 2 figures are not drawn\n", done.stderr)
        if not shutil.which("gnuplot"):
            print("no gnuplot here: no picture is looked at")
            return
        done, folder = reproduce(args, scratch / "runs")
        must(done.stderr == "", done.stderr)
        check_pictures(folder, rows)


main()
