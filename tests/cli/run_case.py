#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one case of the command's tests and compares what came out.

A case NAME is cases/NAME.sh, run by sh -u in an empty folder of its own, with
beside it
    NAME.exit   its exit status (no file: 0)
    NAME.out    its standard output (no file: none)
    NAME.err    its standard error (no file: none)
The scripts find "pare" in PATH, the small data set in PARE_DATA, tiny.cfg and
the helpers in $CLI. In .out and .err, <*> stands for any text within a line,
and a line of three dots for any number of lines. --bless writes what came out
where it does not match, with the case's folder as <*>.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

LIMIT_SECONDS = 100


def line_pattern(line):
    return ".*".join(re.escape(part) for part in line.split("<*>"))


def matches(expected, actual):
    """Does the whole of actual match the pattern text?"""
    pattern = ""
    for line in expected.splitlines():
        pattern += r"(?:.*\n)*" if line == "..." else line_pattern(line) + r"\n"
    if actual and not actual.endswith("\n"):
        actual += "\n"
    return re.fullmatch(pattern, actual) is not None


def run(case, args, folder):
    bin_dir = pathlib.Path(folder, "bin")
    work = pathlib.Path(folder, "work")
    bin_dir.mkdir()
    work.mkdir()
    (bin_dir / "pare").symlink_to(pathlib.Path(args.pare).resolve())
    keep = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    environment = {
        **keep,
        "PATH": f"{bin_dir}:{os.environ.get('PATH', '/usr/bin:/bin')}",
        "CLI": str(case.parent.parent),
        "PARE_DATA": str(pathlib.Path(args.data).resolve()),
        "PARE_PLUGINS": str(pathlib.Path(args.plugins).resolve()),
        "HOME": str(work),
        "TMPDIR": str(work),
        "PARE_NO_FIGURES": "1",
        "LC_ALL": "C",
        "TERM": "xterm",
    }
    done = subprocess.run(
        ["sh", "-u", str(case)],
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return {
        ".exit": f"{done.returncode}\n",
        ".out": done.stdout.decode("utf-8", "replace"),
        ".err": done.stderr.decode("utf-8", "replace"),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pare", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--plugins", required=True)
    parser.add_argument("--bless", action="store_true")
    parser.add_argument("case", type=pathlib.Path)
    args = parser.parse_args()
    case = args.case.resolve()

    with tempfile.TemporaryDirectory(prefix="pare-cli-") as folder:
        got = run(case, args, folder)
        failed = False
        for suffix, actual in got.items():
            path = case.with_suffix(suffix)
            empty = "0\n" if suffix == ".exit" else ""
            expected = path.read_text() if path.exists() else empty
            if matches(expected, actual):
                continue
            if args.bless:
                path.write_text(actual.replace(folder, "<*>"))
                print(f"blessed {path}")
                continue
            failed = True
            print(f"{case.name}: {suffix[1:]} is not as expected")
            print(f"--- expected\n{expected}--- got\n{actual}---")
        if failed and got[".err"]:
            print(f"standard error was:\n{got['.err']}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
