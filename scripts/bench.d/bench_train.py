# SPDX-License-Identifier: Apache-2.0
"""Training, images a second, beside PyTorch with the same network, batch, optimizer,
loss and number of images. Of pare's run the second epoch counts, by its journal."""
import os

import stats

NETS = {"lenet300": ("LeNet-300-100", 0.05, 60000, 2 * 563400), "lenet5": ("LeNet-5", 0.01, 12800, 2 * 6591000)}
WANTED = {("lenet300", 64): 2.0, ("lenet300", 128): 1.5, ("lenet5", 64): 2.0, ("lenet5", 128): 2.0}
CONFIG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "train.cfg")


def nets(lab):
    return ["lenet300"] if lab.smoke else list(NETS)


def ours(lab, net, batch, threads, images, masked):
    result = lab.run(CONFIG, threads, f"model.plugin={net}", f"train.batch={batch}", f"train.rate={NETS[net][1]}",
                     f"data.samples={images}", f"args.masked={'true' if masked else 'false'}")
    at = [line["at"] for line in lab.journal(result) if line.get("record") == "epoch"]
    return images / (at[1] - at[0])


def theirs(peer, net, batch, images, masked):
    answer = peer.ask(do="train", net=net, batch=batch, images=images, masked=masked, rate=NETS[net][1])
    return images / answer["seconds"]


def measure(lab, net, batch, threads, masked):
    """The line of one case; all its sides in turns."""
    title, _, images, flops = NETS[net]
    images = 640 if lab.smoke else images
    peer = lab.peer("torch", threads)
    sides = {"pare": lambda: ours(lab, net, batch, threads, images, masked)}
    if masked:
        sides["pare dense"] = lambda: ours(lab, net, batch, threads, images, False)
    if peer:
        sides["torch"] = lambda: theirs(peer, net, batch, images, masked)
    # PyTorch at its best: it may be faster on one thread.
    single = lab.peer("torch", 1) if threads > 1 and 1 in lab.threads else None
    if single:
        sides["torch, 1 thread"] = lambda: theirs(single, net, batch, images, masked)
    line = stats.row(f"{title}, batch {batch}{', 8 % kept' if masked else ''}", threads, "images/s",
                     stats.turns(sides, lab.rounds))
    peak = lab.limit("fma", threads)
    if peak:
        line["share"] = {"of": "the FMA peak", "part": line["pare"]["median"] * flops / (peak * 1e9)}
    return line


def run(lab):
    rows = []
    for net in nets(lab):
        for batch in (64,) if lab.smoke else (64, 128):
            for threads in lab.threads:
                line = measure(lab, net, batch, threads, False)
                if threads == 2 and line["peers"]:
                    stats.target(line, "ratio to torch at its best", min(p["ratio"] for p in line["peers"].values()),
                                 at_least=WANTED[net, batch])
                rows.append(line)
    return {"rows": rows}
