#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs that are killed and gone on with end in the same bytes as one that was not.

resume_test.py --pare PARE --data DIR --plugins DIR --fault FAULT.so [--kills N]
               [--faults N] [--full N] [--tmpfs] [--seed N] CONFIG...

Each CONFIG is run once to its end. Then, N times each: it is killed at random
moments (--kills), at a call that writes, after half of its bytes (--faults), or
finds the disk full (--full), and run again until it ends; model.pare,
metrics.jsonl and report.txt must be those of the first run, and the checkpoints
gone. --tmpfs: also on a small file system, where one can be mounted.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SAME = ("model.pare", "metrics.jsonl", "report.txt", "config.cfg", "schedule.lua")
LIMIT_SECONDS = 300


class Bench:
    """One config and the folder that its runs are made in."""

    def __init__(self, args, config, folder):
        self.args, self.config, self.folder = args, config, pathlib.Path(folder)
        self.reference = self.folder / "reference"
        self.random = random.Random(f"{args.seed} {config}")
        started = time.monotonic()
        done = self.run(self.reference)
        self.seconds = time.monotonic() - started
        assert done.returncode == 0, done.stderr
        count = self.folder / "count"
        done = self.run(self.folder / "counted", FAULT="count:0", FAULT_COUNT=str(count))
        assert done.returncode == 0, done.stderr
        self.calls = int(count.read_text())
        self.compare(self.folder / "counted")

    def command(self, out):
        return [self.args.pare, "run", str(self.config), "--threads", "1", "--out", str(out)]

    def environment(self, **more):
        keep = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "PATH"}
        if more:
            more["LD_PRELOAD"] = self.args.fault
            keep["ASAN_OPTIONS"] = keep.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        return {
            **keep,
            "PARE_DATA": str(pathlib.Path(self.args.data).resolve()),
            "PARE_PLUGINS": str(pathlib.Path(self.args.plugins).resolve()),
            **more,
        }

    def run(self, out, **environment):
        return subprocess.run(
            self.command(out), env=self.environment(**environment), capture_output=True,
            text=True, timeout=LIMIT_SECONDS, check=False,
        )

    def run_killed(self, out, seconds):
        """Kills it after so many seconds; True if it was still at work then."""
        process = subprocess.Popen(
            self.command(out), env=self.environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )
        try:
            _, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        assert process.returncode == 0, err
        return False

    def folder_of(self, out):
        folders = list(out.iterdir())
        assert len(folders) == 1, f"one run folder, not {folders}"
        return folders[0]

    def compare(self, out):
        run, reference = self.folder_of(out), self.folder_of(self.reference)
        for name in SAME:
            got, wanted = ((r / name).read_bytes() for r in (run, reference))
            lines = zip(got.splitlines(), wanted.splitlines())
            different = next(((a, b) for a, b in lines if a != b), "their length")
            assert got == wanted, f"{name}: {different}"
        there = sorted(path.name for path in run.iterdir())
        assert there == sorted(path.name for path in reference.iterdir()), there
        a, b = (json.loads((r / "result.json").read_text()) for r in (run, reference))
        for clock in ("seconds", "run_dir", "model", "run_bytes", "checkpoint_bytes"):
            a.pop(clock), b.pop(clock)
        assert a == b, (a, b)

    def finish(self, out):
        """Again until it ends, in some cases killed once more; how often it was run."""
        for n in range(1, 50):
            if self.random.random() < 0.4 and n < 20:
                if not self.run_killed(out, self.random.random() * self.seconds):
                    return n
                continue
            done = self.run(out)
            assert done.returncode == 0, done.stderr
            return n
        raise AssertionError("it does not end")

    def try_kill(self, out):
        if self.run_killed(out, self.random.random() * self.seconds):
            self.finish(out)

    def try_fault(self, out):
        at = self.random.randrange(1, self.calls + 1)
        done = self.run(out, FAULT=f"kill:{at}")
        assert done.returncode == -signal.SIGKILL, (at, done.returncode, done.stderr)
        # A fault while it is gone on with.
        if self.random.random() < 0.5:
            self.run(out, FAULT=f"kill:{self.random.randrange(1, self.calls // 4)}")
        self.finish(out)

    def check_refused(self, done):
        errors = [line for line in done.stderr.splitlines() if line.startswith("pare:")]
        assert done.returncode == 1, (done.returncode, done.stderr)
        assert len(errors) == 1 and "No space left on device" in errors[0], done.stderr

    def try_full(self, out):
        at = self.random.randrange(1, self.calls + 1)
        done = self.run(out, FAULT=f"full:{at}")
        if done.returncode != 0:  # the last calls remove checkpoints, which need no room
            self.check_refused(done)
        self.finish(out)

    def try_tmpfs(self, out, pages):
        """On a file system with too little room, which then gets more."""
        out.mkdir()
        size = f"size={pages * 4096}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", str(out)], check=True)
        try:
            done = self.run(out)
            if done.returncode != 0:
                self.check_refused(done)
                subprocess.run(["mount", "-o", "remount,size=64m", str(out)], check=True)
                assert self.run(out).returncode == 0
            self.compare(out)
            return done.returncode != 0
        finally:
            subprocess.run(["umount", str(out)], check=True)


def can_mount(folder):
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True, check=False
    )
    if done.returncode == 0:
        subprocess.run(["umount", folder], check=True)
    return done.returncode == 0


def test_config(args, config, folder):
    bench = Bench(args, config, folder)
    failed, done = 0, {}
    for name, times in (("kill", args.kills), ("fault", args.faults), ("full", args.full)):
        for i in range(times):
            out = bench.folder / f"{name}{i}"
            try:
                getattr(bench, f"try_{name}")(out)
                bench.compare(out)
                shutil.rmtree(out)
                done[name] = done.get(name, 0) + 1
            except AssertionError as wrong:
                failed += 1
                print(f"{config.name}: {name} {i}: {wrong}", flush=True)
    if args.tmpfs and not can_mount(folder):
        print("no file system can be mounted here: --tmpfs is left out")
    elif args.tmpfs:
        refused = sum(bench.try_tmpfs(bench.folder / f"small{n}", n) for n in range(4, 64, 3))
        assert refused > 0, "no file system was too small"
        done["small file systems"] = refused
    print(f"{config.name}: {bench.calls} calls that write, the same bytes after {done}, {failed} failed")
    return failed


def main():
    parser = argparse.ArgumentParser()
    for name in ("--pare", "--data", "--plugins", "--fault"):
        parser.add_argument(name, required=True)
    for name in ("--kills", "--faults", "--full", "--seed"):
        parser.add_argument(name, type=int, default=0)
    parser.add_argument("--tmpfs", action="store_true")
    parser.add_argument("configs", type=pathlib.Path, nargs="+")
    args = parser.parse_args()
    failed = 0

    for config in args.configs:
        with tempfile.TemporaryDirectory(prefix="pare-resume-") as folder:
            failed += test_config(args, config, folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
