#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""results_page.py SOURCE: scripts/results-page on a pack that is made here."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1])


def must(condition, *what):
    if not condition:
        sys.exit("results-page: " + " ".join(str(w) for w in what))


def page(store, *words, status=0):
    done = subprocess.run([str(SOURCE / "scripts/results-page"), "--store", str(store), *words],
                          capture_output=True, text=True, check=False)
    must(done.returncode == status, words, done.returncode, done.stdout, done.stderr)
    return done.stderr


def put_run(pack, folder, day, **result):
    (pack / folder).mkdir(parents=True)
    path = pack / folder / "result.json"
    path.write_text(json.dumps(result))
    os.utime(path, (day * 86400 + 1, day * 86400 + 1))


def put_table(pack, **experiments):
    """name=(folder of each seed, value of each seed); the paper has 2.5, the band goes to 3."""
    table = []
    for name, (folders, values) in experiments.items():
        mean = sum(values) / len(values) if values else None
        table.append({
            "name": f"p-{name}", "config": f"configs/p/{name}.cfg",
            "runs": [{"seed": i + 1, "folder": f"/elsewhere/p/{f}"} for i, f in enumerate(folders)],
            "cells": [{"metric": "error | shared", "unit": "%", "paper": 2.5, "mean": mean,
                       "sd": 0.12345678, "min": min(values, default=None),
                       "max": max(values, default=None), "n": len(values), "values": values,
                       "low": None, "high": 3.0, "verdict": "better" if values else "missing",
                       "why": "so"}]})
    (pack / "table.json").write_text(json.dumps({"pack": "p", "experiments": table}))


def main():
    with tempfile.TemporaryDirectory(prefix="pare-page-") as scratch:
        scratch = pathlib.Path(scratch)
        store, pack = scratch / "results", scratch / "runs" / "p"
        store.mkdir()
        source = "# p\n\n{{runs}}\n\n## A\n\n{{table a}}\n\nRemark.\n\n{{table b}}\n\n"
        (store / "p.md.in").write_text(source)
        put_run(pack, "a-seed1-00", 3, seconds=10.4, processor_seconds=8.2)
        put_run(pack, "a-seed2-00", 4, seconds=99.6)
        put_table(pack, a=(["a-seed1-00", "a-seed2-00"], [1234.5678, 1236]), b=([], []))
        page(store, "p", str(scratch / "runs"), "--commit", "abc")
        text = (store / "p.md").read_text()
        for line in ("| a | 1, 2 | abc | 1970-01-04 to 1970-01-05 | 10 to 100 | 8 | 1 better |",
                     "| b | none | - | not run | - | - | - |",
                     "| error \\| shared, % | 2.5 | 1235 | 0.1235 | 1235 | 1236 | 2 | <= 3 | better |",
                     "Remark.", "1 better.", "Not run: `pare reproduce configs/p/b.cfg`."):
            must(line in text.splitlines(), line, "\n" + text)
        page(store, "--check")

        # What is there again keeps its commit, what is not stays, what is new comes.
        put_run(pack, "b-seed1-00", 5, seconds=1, processor_seconds=None)
        put_table(pack, a=(["a-seed1-00", "a-seed2-00"], [1234.5678, 1236]), b=(["b-seed1-00"], [2]))
        page(store, "p", str(scratch / "runs"), "--commit", "def")
        put_table(pack, a=([], []), b=(["b-seed1-00"], [2]))
        page(store, "p", str(scratch / "runs"), "--commit", "ghi")
        text = (store / "p.md").read_text()
        must("| a | 1, 2 | abc | 1970-01-04 to" in text, text)
        must("| b | 1 | def | 1970-01-06 | 1 | - | 1 better |" in text, text)

        # One that is forgotten has no place in the page any more.
        must("no such thing" in page(store, "p", "--forget", "b", status=1), "forgotten")
        (store / "p.md.in").write_text("# p\n\n{{runs}}\n\n{{table a}}\n")
        kept = (store / "p.json").read_text()
        page(store, "p", "--forget", "b")
        must("| b |" not in (store / "p.md").read_text(), (store / "p.md").read_text())
        must("no experiment 'b'" in page(store, "p", "--forget", "b", status=1), "twice")
        (store / "p.json").write_text(kept)

        # Pictures come from the runs; without them, what is there stays.
        (store / "p.md.in").write_text(source + "{{figure a-cells}}\n")
        must("no picture a-cells.svg" in page(store, "p", status=1), "a picture that is not there")
        (pack / "figures").mkdir()
        (pack / "figures/a-cells.svg").write_text("<svg/>")
        page(store, "p", str(scratch / "runs"))
        must((store / "figures/p-a-cells.svg").read_text() == "<svg/>", "the picture")
        page(store, "p")
        page(store, "--check")

        # Nothing that was run is left out, nothing is made up, and no page is edited.
        (store / "p.md").write_text((store / "p.md").read_text().replace("1235", "1234"))
        must("not up to date" in page(store, "--check", status=1), "an edited page")
        (store / "p.md.in").write_text(source.replace("{{table b}}", ""))
        must("no table of b" in page(store, "p", status=1), "a table left out")
        (store / "p.md.in").write_text(source + "{{table c}}\n")
        must("no such thing" in page(store, "p", status=1), "a table of nothing")


main()
