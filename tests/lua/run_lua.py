#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs Lua scripts as schedules of tiny.cfg, each with pare in a folder of its own.

run_lua.py --pare PARE --data DIR --plugins DIR SCRIPT...

A script passes when pare ends with status 0; one that begins with
    -- expect: TEXT          must end with status 2 and TEXT in pare's last line
    -- exit: N               must end with this status instead
    -- set: NAME=VALUE       is run with this --set (may be repeated)
    -- instructions: N       (these three) has other limits than the tests' usual ones
    -- memory: MIB
    -- seconds: N
For a Markdown page, each of its blocks of Lua is such a script.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CONFIG = pathlib.Path(__file__).parent / "tiny.cfg"
LIMIT_SECONDS = 100


def headers(text):
    found = {}
    for line in text.splitlines():
        match = re.match(r"-- (expect|exit|set|instructions|memory|seconds): (.*)$", line)
        if match:
            found.setdefault(match[1], []).append(match[2])
        elif not line.startswith("--"):
            break
    return found


def environment(args, head):
    keep = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    return {
        **keep,
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "PARE_DATA": str(pathlib.Path(args.data).resolve()),
        "PARE_PLUGINS": str(pathlib.Path(args.plugins).resolve()),
        "PARE_SCRIPT_INSTRUCTIONS": head.get("instructions", ["20000000"])[0],
        "PARE_SCRIPT_SECONDS": head.get("seconds", ["60"])[0],
        "PARE_SCRIPT_MEMORY_MIB": head.get("memory", ["256"])[0],
        "LC_ALL": "C",
    }


def run(args, schedule, text, folder):
    """What is wrong with the script, or None."""
    head = headers(text)
    expect = head.get("expect", [None])[0]
    status = int(head.get("exit", ["2" if expect else "0"])[0])
    command = [args.pare, "run", str(CONFIG), "--out", folder, "--quiet", "--no-figures"]
    for value in [f"schedule={schedule}", *head.get("set", [])]:
        command += ["--set", value]
    done = subprocess.run(
        command,
        env=environment(args, head),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    err = done.stderr.decode("utf-8", "replace").strip()
    last = err.splitlines()[-1] if err else ""
    if done.returncode != status:
        return f"exit status {done.returncode}, not {status}\n{err}"
    if expect and expect not in last:
        return f"expected: {expect}\n     got: {err}"
    if expect and len([line for line in err.splitlines() if line.startswith("pare: ")]) != 1:
        return f"more than one line of error\n{err}"
    return None


def scripts(path, folder):
    """(name, file, text) of everything to run in path."""
    text = path.read_text()
    if path.suffix != ".md":
        yield path.name, path.resolve(), text
        return
    for match in re.finditer(r"^```lua\n(.*?)^```$", text, re.S | re.M):
        line = text.count("\n", 0, match.start()) + 2
        file = pathlib.Path(folder, f"line{line}.lua")
        file.write_text("\n" * (line - 1) + match[1])
        yield f"{path.name}:{line}", file, match[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pare", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--plugins", required=True)
    parser.add_argument("script", type=pathlib.Path, nargs="+")
    args = parser.parse_args()
    count = failed = 0

    for path in args.script:
        with tempfile.TemporaryDirectory(prefix="pare-lua-") as folder:
            for name, file, text in scripts(path, folder):
                count += 1
                wrong = run(args, file, text, folder)
                if wrong:
                    failed += 1
                    print(f"{name}: {wrong}")
    print(f"{count} scripts, {failed} failed")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
