#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the fuzz targets: make_corpus.py PARE SOURCE OUT

From the files of the tests and from small real runs of PARE (with its build's
plugins). What the fuzzer itself has found stands beside them and is left alone."""
import gzip
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

BYTES_MAX = 5000


def put(out, target, name, data):
    data = data.encode() if isinstance(data, str) else data
    if len(data) > BYTES_MAX:
        return
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ("seed-" + name)).write_bytes(data)


def idx(dims, values):
    head = bytes([0, 0, 8, len(dims)]) + b"".join(struct.pack(">I", d) for d in dims)
    return head + bytes(values)


def samples(n):
    return (idx([n, 2, 2], [i * 37 % 256 for i in range(4 * n)]),
            idx([n], [i % 2 for i in range(n)]))


def write_samples(folder):
    for stem, n in (("train", 8), ("t10k", 4)):
        images, labels = samples(n)
        (folder / f"{stem}-images-idx3-ubyte").write_bytes(images)
        (folder / f"{stem}-labels-idx1-ubyte").write_bytes(labels)


def run(pare, folder, config, schedule):
    """Runs config with schedule, which fails at its end so that checkpoints stay."""
    (folder / "s.lua").write_text(schedule)
    (folder / "x.cfg").write_text(config)
    subprocess.run([pare, "run", "x.cfg", "--data", ".", "--out", "runs"], cwd=folder,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return folder / "runs"


def stripped(journal):
    """Lines without their checksums, as the targets take them."""
    lines = []
    for line in journal.splitlines():
        lines.append(line.split(b',"crc":"')[0] + b"}")
    return b"\n".join(lines) + b"\n"


def real_runs(pare, source, out):
    tiny = (source / "tests/fuzz/tiny.cfg").read_text().split("args =")[0]
    schedule = (source / "tests/fuzz/resume.lua").read_text()
    variants = {
        "default": (tiny, schedule),
        "finished": (tiny, schedule.replace("net:train()", "")),
        "steps": (tiny, schedule.replace("net:encode()", "error('x')")),
        "adam": (tiny.replace("rate = 0.1", 'rate = 0.01; optimizer = "adam"'),
                 "run.net:prune()\nrun.net:train()\nerror('x')\n"),
        "inline": (tiny.replace('encode = {', 'encode = { layout = "inline";'),
                   "local n = run.net n:prune() n:share() n:encode()\n"),
    }
    for name, (config, script) in variants.items():
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            write_samples(folder)
            for path in sorted(run(pare, folder, config, script).rglob("*")):
                data = path.read_bytes() if path.is_file() else b""
                stem = f"{name}-{path.stem}"
                if path.name == "journal.jsonl":
                    put(out, "journal", stem, data)
                    put(out, "journal", stem + "-stripped", stripped(data))
                    put(out, "resume", stem, stripped(data))
                    lines = stripped(data).splitlines(keepends=True)
                    for cut in range(2, len(lines), 4):
                        put(out, "resume", f"{stem}-{cut}", b"".join(lines[:cut]))
                    for i, line in enumerate(lines):
                        put(out, "json", f"{stem}-{i}", line)
                elif path.name == "result.json":
                    put(out, "json", stem, data)
                elif path.suffix == ".pare":
                    for target in ("pare_bytes", "pare_chunks", "checkpoint"):
                        put(out, target, stem, data)


def files(source, out):
    for path in sorted((source / "tests/golden/v1").glob("*.pare")):
        for target in ("pare_bytes", "pare_chunks", "checkpoint", "infer"):
            put(out, target, path.stem, path.read_bytes())
    for pattern in ("tests/config/good/*.cfg", "tests/config/bad/*.cfg", "configs/**/*.cfg",
                    "tests/fuzz/tiny.cfg"):
        for path in sorted(source.glob(pattern)):
            for target in ("config", "experiment"):
                put(out, target, path.stem, path.read_bytes())
    for pattern in ("tests/lua/cases/*.lua", "tests/lua/hostile/*.lua", "scripts/schedules/*.lua",
                    "tests/fuzz/resume.lua"):
        for path in sorted(source.glob(pattern)):
            for target in ("lua_sandbox", "lua_run"):
                put(out, target, path.stem, path.read_bytes())


def data_sets(out):
    (train_x, train_y), (test_x, test_y) = samples(8), samples(4)
    for name, data in (("images", train_x), ("labels", train_y), ("wide", idx([3, 7], range(21))),
                       ("deep", idx([2, 3, 2, 2], range(24)))):
        put(out, "idx", name, data)
        for level in (0, 9):
            put(out, "idx", f"{name}-{level}", gzip.compress(data, level, mtime=0))
            put(out, "idx_gzip", f"{name}-{level}", gzip.compress(data, level, mtime=0))
    lengths = struct.pack(">HHH", len(test_x), len(train_y), len(train_x))
    for held in (0, 2):
        put(out, "idx_set", f"held-{held}",
            train_x + train_y + test_x + test_y + lengths + bytes([held, 0]))


def options(out):
    values = ["0.5", "-1", "3", "none", "true", "0x10", "1e300", "[300, 100]", "( { units = 3; } )",
              '"text"', "he", "one", "99999999999999999999", ".5e-3", "fc1.weight", "[1, 2.5]",
              '"a\\x41\\n"', "( )", "[]", "1L"]
    for i, value in enumerate(values):
        for which in (0, 1, 2, 3, 4, 8, 9, 40, 73, 106):
            put(out, "option", f"{i}-{which}", value.encode() + bytes([which]))
    for i, text in enumerate(("prune.power=2", "a.b.c=[1]", "x", "=", "rules=()", 'name="x y"')):
        put(out, "option", f"set-{i}", text.encode() + bytes([230]))


def streams(out):
    example = bytes.fromhex("64ade84621c0")
    for name in ("raw", "huffman"):
        put(out, f"decode_{name}", "example", example + bytes([0, 7, 0, 16]))
        put(out, f"decode_{name}", "empty", bytes([0, 7, 0, 0]))
        put(out, f"decode_{name}", "long", bytes(range(256)) * 4 + bytes([0, 255, 4, 0]))
        for form in range(0, 24, 3):
            put(out, f"trip_{name}", f"form-{form}",
                bytes((i * i * 7 + form) % 256 for i in range(300)) + bytes([0, 20, form]))
    for form in range(8):
        put(out, "symbols", f"form-{form}",
            bytes(i * 11 % 256 for i in range(200)) + bytes([1, 0, 9, 0, 7, 2, 128 + form]))


def elf(out):
    """A head and two segments, whole and cut off."""
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 3, 62, 1, 0, 64, 0, 0, 64, 56,
                       2, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, 176, 176, 4096)
    note = struct.pack("<IIQQQQQQ", 4, 4, 120, 120, 120, 56, 56, 8)
    for size in (20, 64, 100, 175, 176):
        put(out, "elf", str(size), (head + load + note)[:size])
    put(out, "elf", "script", "#!/bin/sh\n")


def main():
    pare, source, out = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
    for old in out.glob("*/seed-*"):
        old.unlink()
    files(source, out)
    real_runs(pare, source, out)
    data_sets(out)
    options(out)
    streams(out)
    elf(out)
    bytes_all = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
    print(f"{sum(1 for p in out.rglob('*') if p.is_file())} files, {bytes_all} bytes")


if __name__ == "__main__":
    main()
