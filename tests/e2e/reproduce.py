#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small pack on real data through pare reproduce: cut in the middle, gone on with,
asked again; and the pack of one's own that docs/reproducing.md makes, as it stands
there.

Holds: exit status 0 and no cell but those expected; the same table whether the
process was killed or not; a second call runs nothing.
"""

import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import zlib


def must(condition, text):
    if not condition:
        sys.exit("reproduce: " + text)


def reproduce(pare, pack, out, *words):
    return subprocess.run([pare, "reproduce", str(pack), "--out", str(out), *words],
                          capture_output=True, text=True)


def of_another_build(journal):
    lines = journal.read_bytes().splitlines(keepends=True)
    start = re.sub(rb'("library":")[0-9a-f]{64}', rb"\g<1>" + b"0" * 64, lines[0])
    rest = start[:start.rindex(b',"crc":')]
    lines[0] = rest + b',"crc":"%08x"}\n' % zlib.crc32(rest)
    journal.write_bytes(b"".join(lines))


def cut_and_go_on(pare, source, scratch):
    pack = source / "tests/e2e/pack"
    words = ("--seeds", "2", "--jobs", "2")
    whole = reproduce(pare, pack, scratch / "whole", *words)
    must(whole.returncode == 0, f"exit {whole.returncode}:\n{whole.stdout}{whole.stderr}")
    table = json.loads((scratch / "whole/pack/table.json").read_text())
    verdicts = [cell["verdict"] for cell in table["experiments"][0]["cells"]]
    must(sorted(set(verdicts)) in (["cannot be measured", "reproduced"],
                                   ["better", "cannot be measured", "reproduced"]),
         f"verdicts {verdicts}")
    must(all(len(cell["values"]) == 2 for cell in table["experiments"][0]["cells"]),
         "not two values a cell")

    cut = subprocess.Popen([pare, "reproduce", str(pack), "--out", str(scratch / "cut"), *words],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list((scratch / "cut").glob("pack/*/*/journal.jsonl")):
        time.sleep(0.02)
    time.sleep(0.3)
    cut.send_signal(signal.SIGKILL)
    cut.wait()
    time.sleep(0.5)  # the runs die with it
    again = reproduce(pare, pack, scratch / "cut", *words)
    must(again.returncode == 0, f"after a cut: exit {again.returncode}:\n{again.stderr}")
    must(again.stdout == whole.stdout, f"after a cut:\n{again.stdout}")

    start = time.monotonic()
    second = reproduce(pare, pack, scratch / "cut", *words)
    must(second.stdout == whole.stdout and second.stderr == "", f"again:\n{second.stderr}")
    # Results of another build are said to be so, and run again when asked.
    for journal in (scratch / "cut").glob("pack/*/*/journal.jsonl"):
        of_another_build(journal)
    stale = reproduce(pare, pack, scratch / "cut", *words)
    must(stale.stdout == whole.stdout and len(stale.stderr.splitlines()) == 1
         and stale.stderr.startswith("2 of 2 stored results were made by another build")
         and "libpare, sha256: recorded 0000" in stale.stderr, f"stale:\n{stale.stderr}")
    fresh = reproduce(pare, pack, scratch / "cut", *words, "--fresh")
    must(fresh.stdout == whole.stdout and "another build" not in fresh.stderr
         and fresh.stderr.count(": done after") == 2, f"fresh:\n{fresh.stderr}")
    settled = reproduce(pare, pack, scratch / "cut", *words, "--fresh")
    must(settled.stdout == whole.stdout and settled.stderr == "", f"settled:\n{settled.stderr}")
    print(f"small pack: {len(verdicts)} cells, asked again {time.monotonic() - start:.1f} s")


def as_the_page_says(pare, source, scratch):
    page = (source / "docs/reproducing.md").read_text()
    blocks = re.findall(r"^```\n(.*?)^```$", page, re.S | re.M)
    config, = (b for b in blocks if b.startswith("schema = "))
    schedule, = (b for b in blocks if b.startswith("local net"))
    pack = scratch / "mine"
    pack.mkdir()
    (pack / "tiny.cfg").write_text(config)
    (pack / "tiny.lua").write_text(schedule)
    done = reproduce(pare, pack, scratch / "runs")
    must(done.returncode == 0, f"the page's pack: exit {done.returncode}:\n{done.stdout}{done.stderr}")
    must("cannot be measured" in done.stdout and " 3 | " in done.stdout, done.stdout)
    print("docs/reproducing.md: as it says")


def main():
    pare, source = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        cut_and_go_on(pare, source, pathlib.Path(folder))
        as_the_page_says(pare, source, pathlib.Path(folder))


main()
