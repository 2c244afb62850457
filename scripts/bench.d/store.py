# SPDX-License-Identifier: Apache-2.0
"""bench.json: the last figures of every part, each with its machine, commit and date."""
import datetime
import json
import os
import platform
import subprocess


def machine():
    names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    numbers = {}
    for line in open("/proc/cpuinfo"):
        key = line.split(":")[0].strip()
        if key in ("cpu family", "model") and key not in numbers:
            numbers[key] = line.split(":", 1)[1].strip()
    return {"cpu": names[0] if names else platform.machine(),
            "family": numbers.get("cpu family", ""), "model": numbers.get("model", ""),
            "processors": len(os.sched_getaffinity(0)), "kernel": platform.release()}


def commit(root):
    def git(*words):
        return subprocess.run(["git", "-C", root, *words], capture_output=True, text=True).stdout.strip()

    # What the figures are kept in does not change them.
    dirty = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return git("rev-parse", "--short", "HEAD") + (" with changes" if dirty else "")


def load(folder):
    try:
        with open(os.path.join(folder, "bench.json")) as file:
            return json.load(file)
    except FileNotFoundError:
        return {"parts": {}}


def merge(folder, name, part, lab):
    stored = load(folder)
    part = dict(part, date=datetime.date.today().isoformat(), commit=commit(lab.root), machine=machine(),
                rounds=lab.rounds, versions=lab.versions(), load=round(os.getloadavg()[0], 2))
    stored["parts"][name] = part
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "bench.json.new"), "w") as file:
        json.dump(stored, file, indent=1, sort_keys=True)
        file.write("\n")
    os.replace(os.path.join(folder, "bench.json.new"), os.path.join(folder, "bench.json"))
