#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The pictures of a run: there, well-formed, titled; and what happens without gnuplot.

svg_test.py --pare PARE --data DIR --plugins DIR
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).resolve().parent
SVG = "{http://www.w3.org/2000/svg}"
WANTED = ["centroids", "codes", "cumulative", "error", "grid", "mask-fc1", "mask-fc2", "storage",
          "tradeoff", "weights"]


def must(condition, *what):
    if not condition:
        sys.exit("svg: " + " ".join(str(w) for w in what))


def pare(args, *words, path=None):
    kept = {k: v for k, v in os.environ.items() if k != "PARE_NO_FIGURES"}
    environment = {**kept, "PARE_DATA": str(pathlib.Path(args.data).resolve()),
                   "PARE_PLUGINS": str(pathlib.Path(args.plugins).resolve())}
    if path:
        environment["PATH"] = str(path)
    done = subprocess.run([str(pathlib.Path(args.pare).resolve()), *map(str, words)],
                          capture_output=True, text=True, check=False, env=environment)
    must(done.returncode == 0, words, done.returncode, done.stderr)
    return done


def run(args, out, *words, path=None):
    done = pare(args, "run", HERE / "net.cfg", "--threads", "1", "--out", out, *words, path=path)
    folder, = out.iterdir()
    return done, folder


def texts(path):
    root = xml.parse(path).getroot()
    must(root.tag == SVG + "svg" and root.find(f".//{SVG}path") is not None, path, "is empty")
    return ["".join(t.itertext()) for t in root.iter(SVG + "text")]


def names(folder):
    return sorted(p.stem for p in folder.glob("*.svg"))


def check_pictures(folder, title):
    must(names(folder) == WANTED, names(folder))
    for name in WANTED:
        must(any(title in text for text in texts(folder / f"{name}.svg")), name, "has no title")
    must("fc1.weight" in texts(folder / "centroids.svg"), "centroids name no layer")
    must({"retrain", "epoch", "error (%)"} <= set(texts(folder / "error.svg")), "error.svg")
    size = sum(int(line.split(",")[2]) for line in
               (folder.parent / "figures/storage.csv").read_text().splitlines()[1:])
    must(f"{size:,} bytes" in texts(folder / "storage.svg"), "storage.svg")


def main():
    parser = argparse.ArgumentParser()
    for name in ("--pare", "--data", "--plugins"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="pare-svg-") as scratch:
        scratch = pathlib.Path(scratch)
        empty = scratch / "empty"
        empty.mkdir()
        done, folder = run(args, scratch / "absent", path=empty)
        lines = [line for line in done.stderr.splitlines() if "gnuplot" in line]
        must(len(lines) == 1 and "10 figures are not drawn" in lines[0], done.stderr)
        must(names(folder / "figures") == [], names(folder / "figures"))
        done = pare(args, "figures", folder, path=empty)
        must(done.stdout == "gnuplot is not here: 10 figures are not drawn\n", done.stdout)

        if not shutil.which("gnuplot"):
            print("no gnuplot here: no picture is looked at")
            return
        done, folder = run(args, scratch / "none", "--no-figures")
        must(names(folder / "figures") == [] and "figures" not in done.stderr, done.stderr)
        done, folder = run(args, scratch / "drawn")
        check_pictures(folder / "figures", folder.name)
        first = {p.name: p.read_bytes() for p in (folder / "figures").glob("*.svg")}

        # A folder's name is text, whatever it holds.
        strange = folder.rename(folder.parent / "it's <a> `date` & \"$x\"")
        pare(args, "figures", strange, "--out", strange / "elsewhere")
        check_pictures(strange / "elsewhere", "it's <a> ?date? & \"$x\"")
        pare(args, "figures", strange.rename(folder))
        must({p.name: p.read_bytes() for p in (folder / "figures").glob("*.svg")} == first,
             "drawn again, they are others")


main()
