#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs that are killed and gone on with end in the same bytes as one that was not.

resume_test.py --pare PARE --plugins DIR --fault FAULT.so [--data DIR] [--kills N]
               [--steps N] [--faults N] [--full N] [--small N] [--share N]
               [--threads N] [--seed N] CONFIG...

Each CONFIG is run once to its end, and replayed. Then runs of it are broken off and gone on with
until they end, in all so many times each:
  --kills   SIGKILL at a random moment
  --steps   SIGKILL at a call that writes a checkpoint, after half of its bytes
  --faults  the same at any call that writes
  --full    that call and all later ones find the disk full
  --small   a file system that is too small, which then grows; where one can be mounted
One run bears --share of them (1). model.pare, metrics.jsonl, report.txt, the
figures, what the run was made with and, but for clocks and sizes, result.json must be those of the
first run, and the checkpoints gone.
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
CLOCKS = ("seconds", "run_dir", "model", "run_bytes", "checkpoint_bytes", "checkpoint_seconds",
          "processor_seconds")
LIMIT_SECONDS = 4 * 3600  # the machine may be halted meanwhile
PAGE = 4096
SUPPRESSED = pathlib.Path(__file__).resolve().parent.parent / "faults" / "lsan.supp"


class Bench:
    """One config and the folder that its runs are made in."""

    def __init__(self, args, config, folder):
        self.args, self.config, self.folder = args, config, pathlib.Path(folder)
        self.reference = self.folder / "reference"
        self.random = random.Random(f"{args.seed} {config.name}")
        started = time.monotonic()
        done = self.run(self.reference)
        self.seconds = time.monotonic() - started
        assert done.returncode == 0, done.stderr
        result = json.loads((self.folder_of(self.reference) / "result.json").read_text())
        self.most_bytes = result["checkpoint_bytes"] + result["run_bytes"]
        self.cut = {}
        self.replay()

    def count_calls(self):
        self.calls, self.steps = self.count({}), self.count({"FAULT_IN": "/steps"})

    def count(self, where):
        """The calls that change the disk; and once more the same bytes."""
        count, out = self.folder / "count", self.folder / "counted"
        done = self.run(out, FAULT="count:disk:0", FAULT_LOG=str(count), **where)
        assert done.returncode == 0, done.stderr
        self.compare(out)
        shutil.rmtree(out)
        return int(count.read_text().split()[0])

    def replay(self):
        done = subprocess.run(
            [self.args.pare, "replay", "--quiet", str(self.folder_of(self.reference))],
            env=self.environment(), capture_output=True, text=True, timeout=LIMIT_SECONDS,
            check=False,
        )
        assert done.returncode == 0 and ": the same: " in done.stdout, done.stdout + done.stderr

    def command(self, out):
        threads = ["--threads", str(self.args.threads)] if self.args.threads else []
        return [self.args.pare, "run", str(self.config), "--no-figures", *threads, "--out", str(out)]

    def environment(self, library=None, **more):
        keep = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "PATH"}
        if more:
            more["LD_PRELOAD"] = library or self.args.fault
            keep["ASAN_OPTIONS"] = keep.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
            keep["LSAN_OPTIONS"] = f"print_suppressions=0:suppressions={SUPPRESSED}"
        if self.args.data:
            keep["PARE_DATA"] = str(pathlib.Path(self.args.data).resolve())
        return {**keep, "PARE_PLUGINS": str(pathlib.Path(self.args.plugins).resolve()), **more}

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
        got, wanted = ({path.name: path.read_bytes() for path in (r / "figures").iterdir()}
                       for r in (run, reference))
        assert sorted(got) == sorted(wanted), (sorted(got), sorted(wanted))
        different = [name for name in sorted(got) if got[name] != wanted[name]]
        assert not different, f"figures: {different}"
        a, b = (json.loads((r / "result.json").read_text()) for r in (run, reference))
        for clock in CLOCKS:
            a.pop(clock), b.pop(clock)
        assert a == b, (a, b)

    def finish(self, out):
        done = self.run(out)
        assert done.returncode == 0, done.stderr

    # One way each to break a run off, once: False, it came to its end before.

    def kill(self, out, left):
        """left: how many more this run is to bear; so they are spread over its length."""
        return self.run_killed(out, self.random.random() * 2 * self.seconds / (left + 1))

    def kill_at_call(self, out, left, calls, **where):
        at = self.random.randrange(1, max(2, 2 * calls // (left + 1)))
        done = self.run(out, FAULT=f"kill:disk:{min(at, calls)}", **where)
        assert done.returncode in (0, -signal.SIGKILL), (at, done.returncode, done.stderr)
        return done.returncode != 0

    def kill_in_step(self, out, left):
        return self.kill_at_call(out, left, self.steps, FAULT_IN="/steps")

    def kill_in_write(self, out, left):
        return self.kill_at_call(out, left, self.calls)

    def check_refused(self, done):
        errors = [line for line in done.stderr.splitlines() if line.startswith("pare:")]
        assert done.returncode == 1, (done.returncode, done.stderr)
        assert len(errors) == 1 and "No space left on device" in errors[0], done.stderr

    def fill(self, out, left):
        at = self.random.randrange(1, max(2, 2 * self.calls // (left + 1)))
        done = self.run(out, FAULT=f"full:disk:{min(at, self.calls)}")
        if done.returncode != 0:  # the last calls remove checkpoints, which need no room
            self.check_refused(done)
        return done.returncode != 0

    def break_off(self, name, way, times):
        """So many times, share of them a run. How many runs did not end as the first."""
        failed, done, run = 0, 0, 0
        while done < times:
            out, run = self.folder / f"{name}{run}", run + 1
            share = min(self.args.share, times - done)
            try:
                for left in range(share, 0, -1):
                    if not way(out, left):
                        break
                    done += 1
                self.finish(out)
                self.compare(out)
                shutil.rmtree(out)
            except AssertionError as wrong:
                failed, done = failed + 1, done + 1
                print(f"{self.config.name}: {name}, run {run}: {wrong}", flush=True)
            assert run < 20 * times, f"{name}: the runs end before they are broken off"
        self.cut[name] = (done, run)
        print(f"{self.config.name}: {name}: {done} in {run} runs, {failed} differ", flush=True)
        return failed

    def try_small(self, out, sizes):
        """On file systems with too little room, which then get more. How many were."""
        out.mkdir()
        refused, option = 0, "size"
        try:
            for size in [*sizes, 8 * self.most_bytes]:
                mount = ["mount", "-t", "tmpfs", "-o", f"{option}={size}", "none", str(out)]
                subprocess.run(mount, check=True)
                option = "remount,size"
                done = self.run(out)
                if done.returncode == 0:
                    break
                self.check_refused(done)
                refused += 1
            self.compare(out)
        finally:
            subprocess.run(["umount", str(out)], check=True)
        return refused

    def small(self, times):
        refused, run, share = 0, 0, self.args.share
        while refused < times:
            sizes = sorted(
                PAGE * (1 + int(self.random.random() * 0.8 * self.most_bytes / PAGE))
                for _ in range(min(share, times - refused))
            )
            refused += self.try_small(self.folder / f"small{run}", sizes)
            run += 1
            assert run < 20 * times, "no file system was too small"
        self.cut["small"] = (refused, run)
        print(f"{self.config.name}: small: {refused} in {run} runs, 0 differ", flush=True)


def can_mount(folder):
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], capture_output=True, check=False
    )
    if done.returncode == 0:
        subprocess.run(["umount", folder], check=True)
    return done.returncode == 0


def test_config(args, config, folder):
    bench = Bench(args, config, folder)
    bench.count_calls()
    failed = bench.break_off("kill", bench.kill, args.kills)
    failed += bench.break_off("step", bench.kill_in_step, args.steps)
    failed += bench.break_off("fault", bench.kill_in_write, args.faults)
    failed += bench.break_off("full", bench.fill, args.full)
    if args.small and can_mount(folder):
        bench.small(args.small)
    elif args.small:
        print("no file system can be mounted here: --small is left out")
    ways = ", ".join(f"{name} {n} in {runs} runs" for name, (n, runs) in bench.cut.items() if n)
    print(
        f"{config.name}: a run of {bench.seconds:.1f} s, {bench.calls} calls that write, "
        f"{bench.steps} of them checkpoints; {ways}; {failed} runs that differ", flush=True,
    )
    return failed


def main():
    parser = argparse.ArgumentParser()
    for name in ("--pare", "--plugins", "--fault"):
        parser.add_argument(name, required=True)
    parser.add_argument("--data")
    for name in ("--kills", "--steps", "--faults", "--full", "--small", "--threads", "--seed"):
        parser.add_argument(name, type=int, default=0)
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("configs", type=pathlib.Path, nargs="+")
    args = parser.parse_args()
    failed = 0

    for config in args.configs:
        with tempfile.TemporaryDirectory(prefix="pare-resume-") as folder:
            failed += test_config(args, config, folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
