# SPDX-License-Identifier: Apache-2.0
"""From the start of the program to the end of the first step, which its schedule tells;
PyTorch from the start of Python to the end of its first step."""
import os
import subprocess
import tempfile
import time

import lab as labs
import stats

HERE = os.path.dirname(os.path.abspath(__file__))


def run(lab):
    threads, rows = max(lab.threads), []

    def ours(net):
        words = [os.path.join(lab.build, "pare"), "run", os.path.join(HERE, "train.cfg"), "--out",
                 tempfile.mkdtemp(dir=lab.temporary), "--data", lab.data, "--threads", str(threads)]
        for setting in (f"data.name={lab.set}", f"model.plugin={net}", "schedule=" + os.path.join(HERE, "first.lua")):
            words += ["--set", setting]
        start = time.perf_counter()
        with subprocess.Popen(words, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:
            for line in run.stderr:
                if "first_step" in line:
                    return time.perf_counter() - start
        raise SystemExit("no first step: " + " ".join(words))

    def theirs(net):
        start = time.perf_counter()
        peer = labs.Peer(lab, "torch", threads)
        peer.ask(do="train", net=net, batch=64, images=64, masked=False, rate=0.05)
        seconds = time.perf_counter() - start
        peer.close()
        return seconds

    for net, title in (("lenet300", "LeNet-300-100"), ("lenet5", "LeNet-5"))[:1 if lab.smoke else 2]:
        sides = {"pare": lambda: ours(net)}
        if lab.peer("torch", threads):
            sides["torch"] = lambda: theirs(net)
        line = stats.row(title, threads, "s", stats.turns(sides, lab.rounds), better="lower")
        stats.target(line, "seconds", line["pare"]["median"], at_most=0.3)
        rows.append(line)
    return {"rows": rows}
