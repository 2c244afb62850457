#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a run had flushed is there after a power cut, and the run goes on from it to the same bytes.

powercut.py --pare PARE --plugins DIR --record RECORD.so [--data DIR] [--states N] [--again N]
            [--threads N] [--seed N] CONFIG...

Each CONFIG is run with record.c, which writes down what happens to its files. From that follow
the disks that a power cut may leave at each moment, as POSIX has it: a file holds what it held
when it was last flushed, or anything that it has held since, or a part of that, or zeros for what
was appended; a folder has the names that it had when it was itself flushed, with the first so
many of the changes since. Three kinds of disk are made:
  lost    nothing that was not flushed
  names   every name, but of the files only what was flushed
  mixed   something in between, drawn at random
--states of them (all there are: 0) are tried. On each what was flushed of the journal, and the
checkpoint that it ends in, must stand, and the run must go on to the bytes of the undisturbed one.
When a run has ended, nothing of what it made may be lost. From --again of the disks the run goes
on under record.c, and is cut off again in --states moments.
"""

import argparse
import hashlib
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile

from resume_test import SAME, Bench

KINDS = ("lost", "names", "mixed")


class File:
    """held: what it held at the last flush (nothing before the first), and since."""

    def __init__(self, content=b""):
        self.held, self.flushed = [content], bool(content)

    def content(self):
        return self.held[-1]

    def write(self, content):
        if content != self.held[-1]:
            self.held.append(content)

    def flush(self, content):
        self.held, self.flushed = [content], True

    def after(self, kind, rng):
        if kind != "mixed" or len(self.held) == 1:
            return self.held[0]
        last = rng.randrange(1, len(self.held))
        before, then = self.held[last - 1 : last + 1]
        same = next((i for i, (a, b) in enumerate(zip(before, then)) if a != b),
                    min(len(before), len(then)))
        part = then[: rng.randrange(same, len(then) + 1)]
        return rng.choice((then, part, part + bytes(len(then) - len(part))))


class Folder:
    """names: as they are; flushed: as they were; changes: made since, in their order."""

    def __init__(self):
        self.names, self.flushed, self.changes = {}, {}, []

    def change(self, **names):
        self.names = self.applied(self.names, names)
        self.changes.append(names)

    @staticmethod
    def applied(names, change):
        return {name: at for name, at in {**names, **change}.items() if at is not None}

    def flush(self):
        self.flushed, self.changes = self.names, []

    def after(self, kind, rng):
        made = {"lost": 0, "names": len(self.changes)}.get(kind)
        if made is None:
            made = rng.randrange(len(self.changes) + 1)
        names = self.flushed
        for change in self.changes[:made]:
            names = self.applied(names, change)
        return names


class Disk:
    """The files below a folder, by the entries of a record."""

    def __init__(self, top, state):
        self.top, self.root, self.inodes, self.steps = pathlib.Path(top), Folder(), {}, []
        for path, content in state.items():
            folder = self.find(self.top / path.parent)
            folder.change(**{path.name: Folder() if content is None else File(content)})
            folder.flush()

    def find(self, path):
        at = self.root
        for name in pathlib.Path(path).relative_to(self.top).parts:
            at = at.names[name]
        return at

    def enter(self, kind, inode, path, content):
        path = pathlib.Path(path)
        if kind == "syncdir":
            self.find(path).flush()
            return
        folder, name = self.find(path.parent), path.name
        if kind == "open":
            if name not in folder.names:
                folder.change(**{name: File()})
            self.inodes[inode] = folder.names[name]
            self.inodes[inode].write(content)
        elif kind == "data":
            self.inodes[inode].write(content)
        elif kind == "sync":
            self.inodes[inode].flush(content)
        elif kind == "mkdir":
            folder.change(**{name: Folder()})
        elif kind in ("unlink", "rmdir"):
            folder.change(**{name: None})
        elif kind == "rename":
            to = pathlib.Path(content.decode())
            assert to.parent == path.parent, f"{path} leaves its folder"
            folder.change(**{name: None, to.name: folder.names[name]})
            if to.parent.name == "steps":
                self.steps.append(to.name)
        else:
            raise ValueError(kind)

    def after(self, kind, rng):
        """What a power cut leaves: the content of each file and None for a folder, by path."""
        state = {}

        def walk(folder, path):
            for name, at in sorted(folder.after(kind, rng).items()):
                if isinstance(at, Folder):
                    state[path / name] = None
                    walk(at, path / name)
                else:
                    state[path / name] = at.after(kind, rng)

        walk(self.root, pathlib.Path())
        return state

    def walk(self, folder=None, path=pathlib.Path()):
        for name, at in (folder or self.root).names.items():
            if isinstance(at, Folder):
                yield from self.walk(at, path / name)
            else:
                yield path / name, at

    def owed(self):
        """What a power cut may not take: of these files at least the beginning, and the
        journal's record of one of these checkpoints. One may have been written for a snapshot
        and one more behind it, before the record that names the two."""
        files = dict(self.walk())
        journal = next((path for path in files if path.name == "journal.jsonl"), None)
        owed, steps = {}, []
        if journal and files[journal].flushed:
            owed[journal], named = good_lines(os.path.commonprefix(files[journal].held))
            if named and journal.parent / "result.json" not in files:
                path = journal.parent / "steps" / named[-1]
                owed[path] = files[path].content()
        if journal and journal.parent / "result.json" not in files:
            steps = self.steps[-3:] if len(self.steps) > 2 else []
        return journal, owed, steps


def good_lines(journal):
    """Up to where it is torn, or cut off to be gone on with; and the checkpoints it names."""
    text, named = b"", []
    for line in journal.splitlines(keepends=True):
        try:
            record = json.loads(line)
        except ValueError:
            break
        if not line.endswith(b"\n"):
            break
        text += line
        named += [record["file"]] if "file" in record else []
    return text, named


def read_record(path):
    with open(path, "rb") as record:
        while line := record.readline():
            kind, inode, size, name = line.decode().rstrip("\n").split(" ", 3)
            yield kind, int(inode), name, record.read(int(size))


def make(state, folder):
    for path, content in state.items():
        if content is None:
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(content)


class Cuts:
    def __init__(self, args, bench):
        self.args, self.bench = args, bench
        self.out = bench.folder / "cut"
        self.entries = self.states = self.tried = self.failed = 0
        self.rng = random.Random(f"{args.seed} {bench.config.name}")

    def record(self, state):
        """A run on this disk, and what a power cut may leave of it: the number of entries, the
        disks, each once, with where and what is owed, and the one at the end."""
        path, top = self.bench.folder / "record", self.bench.folder / "recorded"
        top.mkdir()
        make(state, top)
        done = self.bench.run(
            top, library=self.args.record, RECORD=str(path), RECORD_IN=str(top.resolve())
        )
        assert done.returncode == 0, done.stderr
        self.bench.compare(top)
        disk, seen, states = Disk(top.resolve(), state), set(), []
        for number, entry in enumerate(read_record(path), 1):
            disk.enter(*entry)
            owed, where = disk.owed(), f"after {number}, {entry[0]} {pathlib.Path(entry[2]).name}"
            for kind in KINDS:
                state = disk.after(kind, self.rng)
                digest = hashlib.sha256(repr(sorted(state.items())).encode()).digest()
                if digest not in seen:
                    seen.add(digest)
                    states.append((f"{where}, {kind}", state, owed))
        self.check_record(disk, top)
        path.unlink()
        shutil.rmtree(top)
        self.entries, self.states = self.entries + number, self.states + len(states)
        self.try_end(disk.after("lost", self.rng))
        return states

    def check_record(self, disk, top):
        """That nothing went past it."""
        there = {path.relative_to(top): path.read_bytes() for path in top.rglob("*")
                 if path.is_file()}
        recorded = {path: file.content() for path, file in disk.walk()}
        wrong = [str(path) for path in {**there, **recorded}
                 if there.get(path) != recorded.get(path)]
        assert not wrong, f"not all of it was recorded: {wrong}"

    @staticmethod
    def check_owed(state, journal, owed, steps):
        for path, content in owed.items():
            found = state.get(path)
            assert found is not None, f"{path} was flushed and is lost"
            assert found.startswith(content), f"{path} was flushed and is another"
        if steps:
            named = good_lines(state.get(journal, b""))[1]
            assert set(steps) & set(named), f"of {steps} the journal knows none"

    def try_state(self, where, state, owed):
        self.tried += 1
        try:
            self.check_owed(state, *owed)
            self.out.mkdir()
            make(state, self.out)
            self.bench.finish(self.out)
            self.bench.compare(self.out)
        except AssertionError as wrong:
            self.failed += 1
            print(f"{self.bench.config.name}: {where}: {wrong}", flush=True)
        shutil.rmtree(self.out, ignore_errors=True)

    def try_end(self, state):
        """What is there behind a run that has said that it is done."""
        run = self.bench.folder_of(self.bench.reference)
        wanted = [run / name for name in (*SAME, "result.json")] + [*(run / "figures").iterdir()]
        for path in wanted:
            found = state.get(path.relative_to(self.bench.reference))
            if found is None or (path.name != "result.json" and found != path.read_bytes()):
                self.failed += 1
                print(f"{self.bench.config.name}: done, and then {path.name} is lost", flush=True)


    def choose(self, states):
        n = min(self.args.states or len(states), len(states))
        return [states[i] for i in sorted(self.rng.sample(range(len(states)), n))]


def test_config(args, config, folder):
    cuts = Cuts(args, Bench(args, config, folder))
    states = cuts.record({})
    for state in cuts.choose(states):
        cuts.try_state(*state)
    for where, state, _ in cuts.rng.sample(states, args.again):
        print(f"{config.name}: again from {where}", flush=True)
        for again in cuts.choose(cuts.record(state)):
            cuts.try_state(*again)
    print(f"{config.name}: {cuts.entries} entries, {cuts.states} disks, {cuts.tried} tried, "
          f"{cuts.failed} wrong", flush=True)
    return cuts.failed


def main():
    parser = argparse.ArgumentParser()
    for name in ("--pare", "--plugins", "--record"):
        parser.add_argument(name, required=True)
    parser.add_argument("--data")
    for name in ("--states", "--again", "--threads", "--seed"):
        parser.add_argument(name, type=int, default=0)
    parser.add_argument("configs", type=pathlib.Path, nargs="+")
    args = parser.parse_args()
    failed = 0

    for config in args.configs:
        with tempfile.TemporaryDirectory(prefix="pare-powercut-") as folder:
            failed += test_config(args, config, folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
