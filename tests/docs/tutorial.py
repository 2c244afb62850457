#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tutorial.py CMAKE BUILD SOURCE: does what docs/tutorial.md tells to do.

The ```sh blocks run one after the other in one shell, in a folder that has the
build and the configs where the source has them, with an empty HOME. Each command
must succeed, or the block's last end with N after <!-- exit N -->. The ```text
block behind must show lines of the output in their order, "..." standing for
any number of them; digits may differ, since machines do. The only change: the
quick start does not install and build again, and trains for fewer epochs.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")
LIMIT_SECONDS = 800
MARK = "@@@ block "
QUICK = {
    "./scripts/quickstart": "build/release/pare run configs/quickstart.cfg --set train.epochs=2"
    " --set args.retrain_epochs=1 --set args.last_epochs=1 --set args.tune_epochs=1",
}


def blocks(text):
    """(commands, exit status, output shown) of each sh block."""
    found = re.findall(
        r"(?:<!-- exit (\d+) -->\n)?```sh\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", text, re.S
    )
    return [(commands, int(status or 0), shown) for status, commands, shown in found]


def script_of(found):
    lines = []
    for i, (commands, status, _) in enumerate(found):
        for old, new in QUICK.items():
            commands = re.sub(rf"^{re.escape(old)}$", new, commands, flags=re.M)
        lines.append(f"echo '{MARK}{i}'")
        if status:
            lines.append(f"set +e\n{commands}test $? -eq {status} || exit 99\nset -e")
        else:
            lines.append(f"set -e\n{commands}")
    return "\n".join(lines)


def pattern(line):
    """The line without what differs between machines: numbers and columns' widths."""
    line = re.sub(r"-[0-9a-f]{8}\b", "-HASH", line.strip())
    line = re.sub(r"\d[\d,.:]*", "#", line)
    return re.sub(r"\s+", " ", line)


def missing_line(shown, output):
    """The first line shown that the output lacks, or lacks right behind the one before."""
    got = [pattern(line) for line in output.splitlines()]
    at, gap = 0, True
    for line in shown.splitlines():
        if line == "...":
            gap = True
            continue
        want = pattern(line)
        near = got[at:] if gap else got[at : at + 1]
        if want not in near:
            return line
        at += near.index(want) + 1
        gap = False
    return None


def prepare(folder, build, source):
    tree = folder / "pare"
    (tree / "build").mkdir(parents=True)
    (folder / "home").mkdir()
    (tree / "build" / "release").symlink_to(build)
    for name in ("configs", "scripts"):
        (tree / name).symlink_to(source / name)
    keep = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    path = os.environ.get("PATH", "/usr/bin:/bin")
    return tree, {**keep, "PATH": path, "HOME": str(folder / "home"), "LC_ALL": "C",
                  "PARE_NO_FIGURES": "1"}


def main():
    cmake, build, source = (pathlib.Path(a) for a in sys.argv[1:4])
    if not FASHION.is_dir():
        print(f"{FASHION} is not there")
        return 77
    text = (source / "docs" / "tutorial.md").read_text()
    found = blocks(text)
    assert len(found) == text.count("```sh\n") and found, "a block is not understood"
    for old in QUICK:
        assert any(old in commands for commands, _, _ in found), f"no block says {old}"
    with tempfile.TemporaryDirectory(prefix="pare-tutorial-") as name:
        folder = pathlib.Path(name)
        tree, environment = prepare(folder, build, source)
        environment["PATH"] = f"{cmake.parent}:{environment['PATH']}"
        done = subprocess.run(
            ["sh", "-u", "-c", script_of(found)],
            cwd=tree, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=LIMIT_SECONDS, check=False, text=True,
        )
    outputs = re.split(rf"^{MARK}\d+\n", done.stdout, flags=re.M)[1:]
    if done.returncode != 0 or len(outputs) != len(found):
        print(f"block {len(outputs)} of {len(found)} ends with {done.returncode}:")
        print(found[len(outputs) - 1][0], outputs[-1], sep="--- says\n")
        return 1
    failed = 0
    for (commands, _, shown), output in zip(found, outputs):
        missing = missing_line(shown, output)
        if missing is not None:
            failed += 1
            print(f"{commands}--- does not say, in its place\n{missing}\n--- but\n{output}")
    print(f"{len(found)} blocks of commands, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
