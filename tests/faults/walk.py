#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every call that can fail fails once, and the command ends as its user may expect.

walk.py --pare PARE --data DIR --fault FAULT.so --plugins DIR [--whole | --every N]
        [--jobs N] [--verbs NAME,...] [--faults ACTION:CALLS,...] [--figures FILE]

For each verb, and each kind of fault of fault.so: the command is run with call number
n going wrong, for n from 1 until it is not reached. By default n is the first call
from each place of the program (the chain of functions that leads there); --whole takes
every n, --every N each N-th of the places. After each step:
  - it ended by itself, with 0 or 1, within the time, and no sanitizer spoke;
  - with 0, it printed and left what it does undisturbed; with 1, it said why in one
    line that begins with 'pare: ';
  - what was there before is there, byte for byte, and every .pare file is whole;
  - the same command run again does what it does undisturbed.
"""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_SECONDS = 60
FAULTS = (
    "fail:alloc", "always:alloc", "fail:io", "always:io", "short:io", "intr:io", "full:disk",
    "kill:disk", "lock:disk",
)
# Numbers that no two runs have in common.
CLOCKS = re.compile(rb' [0-9.]+ s\b|"(?:at|crc|file|checkpoint_seconds|processor_seconds|checkpoint_wait_seconds|seconds|images_per_second|run_bytes|checkpoint_bytes|calls|us_median|us_min|us_max)": ?(?:null|[-+0-9.e"a-fpr]+)')
NO_MEMORY = "pare: no memory"
NO_OUTPUT = "pare: cannot write to standard output"
PROBLEM = re.compile(r"(pare: |[^ :]+:)")
TEMPORARY = re.compile(r"\.tmp\.\w+")


def settled(name, data):
    """The bytes of a file without what differs from run to run."""
    if name.endswith((".json", ".jsonl")):
        return CLOCKS.sub(b"", data)
    return data


def state_of(folder):
    """{path: bytes} of all files below a folder; None for a folder."""
    state = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        state[name] = None if path.is_dir() else settled(name, path.read_bytes())
    return state


def key_of(state, folder):
    """A short name for a state; runs of temporary names and of folders are alike."""
    text = hashlib.sha256()
    for name, data in state.items():
        text.update(TEMPORARY.sub(".tmp", name).encode() + b"\0")
        text.update(b"/" if data is None else data.replace(str(folder).encode(), b""))
        text.update(b"\0")
    return text.hexdigest()


class Verb:
    """One command: what it finds, and what it may leave."""

    def __init__(self, name, words, prepare=None, writes=(), calls=None):
        self.name, self.words, self.prepare = name, words, prepare
        self.writes = writes  # folders and files that it makes or changes
        self.calls = calls  # the kinds of calls that matter, where not all do


def is_written(verb, name):
    return any(name == w or name.startswith(w + "/") for w in verb.writes)


def is_rest(name):
    """What stays where it could not be removed, harms nothing and is told of by nobody."""
    return "/steps" in name or TEMPORARY.search(name) or name.startswith(".mine.")


class Walk:
    def __init__(self, args, verb, folder):
        self.args, self.verb, self.folder = args, verb, folder
        self.template = folder / "template"
        self.template.mkdir()
        self.number = 0
        self.lock = threading.Lock()
        self.recovered = {}  # states that were gone on from, and how that went
        self.steps = {}
        shutil.copy(HERE / "tiny.cfg", self.template)
        if verb.prepare:
            verb.prepare(self, self.template)
        self.before = state_of(self.template)
        place = self.place()
        done = self.run(place)
        if done.returncode != 0:
            raise SystemExit(f"{verb.name}: undisturbed, it ends with {done.returncode}: {done.stderr}")
        self.output = self.plain(done.stdout, place)
        self.after = state_of(place)
        shutil.rmtree(place)

    def place(self):
        """A fresh copy of what the verb finds."""
        with self.lock:
            self.number += 1
            place = self.folder / f"{self.number}"
        shutil.copytree(self.template, place)
        return place

    def run(self, place, words=None, **environment):
        keep = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k == "PATH"}
        keep["ASAN_OPTIONS"] = ":".join(
            (keep.get("ASAN_OPTIONS", ""), "verify_asan_link_order=0", "exitcode=99",
             "allocator_may_return_null=1")
        )
        keep["LSAN_OPTIONS"] = f"exitcode=98:print_suppressions=0:suppressions={HERE}/lsan.supp"
        keep["PATH"] = "/nonexistent"  # no gnuplot: it would take most of the time
        if environment:
            keep["LD_PRELOAD"] = self.args.fault
        return subprocess.run(
            [self.args.pare, *(words or self.verb.words)], cwd=place, capture_output=True,
            timeout=LIMIT_SECONDS, check=False,
            env={**keep, "PARE_DATA": self.args.data, "HOME": str(place),
                 "PARE_NO_FIGURES": "1", **environment},
        )

    def plain(self, text, place):
        return CLOCKS.sub(b"", text).replace(str(place).encode(), b"")

    def points(self, action, calls):
        """The numbers n to try, and how many calls there are in all."""
        place = self.place()
        log = self.folder / "log"
        done = self.run(place, FAULT=f"count:{calls}:0", FAULT_LOG=str(log))
        assert done.returncode == 0, done.stderr
        shutil.rmtree(place)
        total, *first = map(int, log.read_text().split())
        log.unlink()
        first.sort()
        begin = 0 if action == "lock" else 1  # 0: from the start
        if begin == 0:
            first.insert(0, 0)
        self.places = len(first)
        if self.args.whole:
            return range(begin, total + 1), total
        return first[:: self.args.every], total

    def check_end(self, done, action, calls, place):
        """The complaint about how the command ended, or None."""
        said = done.stderr.decode(errors="replace").splitlines()
        if self.verb.name == "conform" and done.returncode == 1 and b"FAILED" in done.stdout:
            return None  # its children meet faults, too, and that is how it tells of them
        if self.verb.name == "plugins" and b"unfit: " in done.stdout:
            return None  # likewise
        if (action == "kill" and self.verb.name == "reproduce" and done.returncode == 1
                and b"ended by signal 9" in done.stderr):
            return None  # it was the run that met it
        if action == "kill":
            return None if done.returncode == -9 else f"killed, it ends with {done.returncode}"
        if self.verb.name == "plan" and b" unknown " in done.stdout:
            return None  # a size that it could not find is told as such
        if done.returncode == 0:
            if self.plain(done.stdout, place) != self.output:
                return "done, but prints something else"
            if said and self.verb.name != "reproduce":
                return "done, but complains: " + said[0]
            return None
        if action == "intr" and any("Interrupted system call" in line for line in said):
            return None
        if action in ("short", "intr"):
            return f"ends with {done.returncode}: {said[:3]}"
        if done.returncode not in (1, 2):
            return f"ends with {done.returncode}: {said[-30:]}"
        if action == "always" and len(said) > 1 and said[-1] == NO_OUTPUT:
            said.pop()  # a second error, which has a line of its own, and the status
            done.returncode = 2 if PROBLEM.match(said[0]) else 1
        if action == "always" and len(said) > 1 and said[-1] == NO_MEMORY:
            said.pop()  # the end came while the first was told
        if self.verb.name == "reproduce":  # one line for each run under way
            said = [line.strip() for line in said if not line.startswith("pack/")] or said[-1:]
            return None if done.returncode in (1, 2) and said else f"says nothing: {said}"
        if done.returncode == 2:  # the config's problems, with the lines quoted
            return None if said and PROBLEM.match(said[0]) else f"says no place: {said[:5]}"
        if len(said) != 1 or not said[0].startswith("pare: "):
            return f"does not end in one line: {said[:5]}"
        return None

    def check_kept(self, done, state):
        """The complaint about the files that are there now, or None."""
        whole = done.returncode == 0
        for name, data in (self.after if whole else self.before).items():
            if not whole and is_written(self.verb, name):
                continue
            if name not in state:
                return f"{name} is gone"
            if state[name] != data:
                return f"{name} is changed"
        for name in state:
            if name in self.before:
                continue
            if whole and name not in self.after and not is_rest(name):
                return f"{name} is left"
            if not is_written(self.verb, name) and not is_rest(name):
                return f"{name} is new"
        return None

    def check_files(self, place, state):
        """Each .pare file under its own name ends in its checksum."""
        for name, data in state.items():
            if name.endswith(".pare") and zlib.crc32(data[:-4]) != int.from_bytes(data[-4:], "little"):
                return f"{name} is torn"
        return None

    def check_again(self, place, state):
        """Goes on from what a fault has left, once for each such state."""
        key = key_of(state, place)
        with self.lock:
            known = key in self.recovered
            if not known:
                self.recovered[key] = None
        if known:
            return self.recovered[key]
        wrong = self.check_files(place, state)
        if not wrong:
            done = self.run(place)
            now = state_of(place)
            if done.returncode != 0:
                wrong = f"again, it ends with {done.returncode}: {done.stderr[-300:]}"
            elif self.plain(done.stdout, place) != self.output:
                wrong = "again, it prints something else"
            else:
                wrong = self.differs(now)
        self.recovered[key] = wrong
        return wrong

    def differs(self, now):
        """Where a folder is not as one that was never disturbed."""
        for name in sorted(set(now) | set(self.after)):
            if name.endswith(("journal.jsonl", "result.json")) or is_rest(name):
                continue  # they say how often it was begun and how large the folder was
            if name not in now or name not in self.after or now[name] != self.after[name]:
                return f"again, {name} differs"
        return None

    def step(self, action, calls, n):
        place = self.place()
        try:
            return self.check_step(action, calls, n, place)
        except subprocess.TimeoutExpired:
            return f"does not end in {LIMIT_SECONDS} s"
        finally:
            shutil.rmtree(place)

    def check_step(self, action, calls, n, place):
        done = self.run(place, FAULT=f"{action}:{calls}:{n}")
        state = state_of(place)
        wrong = self.check_end(done, action, calls, place) or self.check_kept(done, state)
        if not wrong and done.returncode != 0:
            wrong = self.check_again(place, state)
        return wrong

    def walk(self, fault):
        action, calls = fault.split(":")
        points, total = self.points(action, calls)
        failed = []
        with concurrent.futures.ThreadPoolExecutor(self.args.jobs) as pool:
            for n, wrong in zip(points, pool.map(lambda n: self.step(action, calls, n), points)):
                if wrong:
                    failed.append(n)
                    print(f"{self.verb.name} {fault}:{n}: {wrong}", flush=True)
        return len(points), total, self.places, len(failed)


def run_tiny(walk, place, out, *more):
    done = walk.run(place, ["run", "tiny.cfg", "--threads", "1", "--quiet", "--out", out, *more])
    assert done.returncode == 0, done.stderr
    (made,) = (place / out).iterdir()
    return made


def finished(walk, place):
    made = run_tiny(walk, place, "out")
    shutil.copy(made / "model.pare", place)


def unfinished(walk, place):
    """A run that was killed in the middle, with a torn temporary file."""
    words = ["run", "tiny.cfg", "--threads", "1", "--quiet", "--out", "out"]
    log = place / "log"
    walk.run(place, words, FAULT="count:disk:0", FAULT_LOG=str(log))
    calls = int(log.read_text().split()[0])
    log.unlink()
    shutil.rmtree(place / "out")
    done = walk.run(place, words, FAULT=f"kill:disk:{calls // 2}")
    assert done.returncode == -9, done.stderr


def two_runs(walk, place):
    run_tiny(walk, place, "a").rename(place / "one")
    run_tiny(walk, place, "b", "--seed", "4").rename(place / "two")
    (place / "a").rmdir()
    (place / "b").rmdir()


def pack(walk, place):
    (place / "pack").mkdir()
    text = (place / "tiny.cfg").read_text()
    text += 'expect = ( { metric = "file_bytes"; low = 1; why = "it is there"; } );\n'
    (place / "pack/tiny.cfg").write_text(text)
    (place / "tiny.cfg").unlink()


RUN = ["run", "tiny.cfg", "--threads", "1", "--quiet", "--out", "out"]


def verbs(args):
    encoder = str(pathlib.Path(args.plugins) / "encoder/raw.so")
    return [
        Verb("run", RUN, writes=("out",)),
        Verb("threads", [*RUN[:2], "--threads", "3", *RUN[4:]], writes=("out",),
             calls=("thread",)),
        Verb("resume", RUN, unfinished, writes=("out",)),
        Verb("finished", RUN, finished),
        Verb("test", ["test", "model.pare", "--threads", "1"], finished),
        Verb("bench", ["bench", "model.pare", "--json", "--repeats", "1"], finished),
        Verb("show", ["show", "model.pare"], finished),
        Verb("check", ["check", "tiny.cfg"]),
        Verb("plan", ["plan", "tiny.cfg", "--speed", "1000"]),
        Verb("replay", ["replay", "one", "--quiet", "--threads", "1"], two_runs),
        Verb("compare", ["compare", "one", "two"], two_runs),
        Verb("figures", ["figures", "one"], two_runs),
        Verb("conform", ["conform", encoder]),
        Verb("plugins", ["plugins"]),
        Verb("help", ["help", "encoder", "huffman"]),
        Verb("new", ["new", "pruner", "mine"], writes=("mine",)),
        Verb("reproduce", ["reproduce", "pack", "--jobs", "1", "--seeds", "1"], pack,
             writes=("runs",)),
    ]


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("--pare", "--data", "--fault", "--plugins"):
        parser.add_argument(name, required=True)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--verbs", default="")
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--figures", type=pathlib.Path)
    args = parser.parse_args()
    for name in ("pare", "data", "fault", "plugins"):
        setattr(args, name, str(pathlib.Path(getattr(args, name)).resolve()))
    return args


def table(figures):
    """A row for each verb: what could fail, from how many places, and what was tried."""
    rows = {}
    for verb, fault, calls, places, steps, wrong in figures:
        row = rows.setdefault(verb, [0] * 6)
        at = 0 if fault.endswith(":alloc") else 2
        row[at], row[at + 1] = max(row[at], calls), max(row[at + 1], places)
        row[4], row[5] = row[4] + steps, row[5] + wrong
    rows["all"] = [sum(column) for column in zip(*rows.values())]
    lines = ["| verb | allocations | from places | calls that touch files or start threads | "
             "from places | steps | wrong |", "|---|---:|---:|---:|---:|---:|---:|"]
    lines += [f"| {verb} | " + " | ".join(f"{n:,}" for n in row) + " |"
              for verb, row in rows.items()]
    return "\n".join(lines) + "\n"


def main():
    args = arguments()
    wanted = set(filter(None, args.verbs.split(",")))
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    failed, figures = 0, []
    for verb in verbs(args):
        if wanted and verb.name not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="pare-walk-", dir=memory) as folder:
            walk = Walk(args, verb, pathlib.Path(folder))
            faults = [f"fail:{c}" for c in verb.calls] if verb.calls else args.faults.split(",")
            for fault in faults:
                start = time.monotonic()
                steps, total, places, wrong = walk.walk(fault)
                failed += wrong
                figures.append((verb.name, fault, total, places, steps, wrong))
                print(f"{verb.name} {fault}: {total} calls from {places} places, {steps} steps, "
                      f"{wrong} wrong, {time.monotonic() - start:.0f} s", flush=True)
    if args.figures:
        args.figures.write_text(table(figures))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
