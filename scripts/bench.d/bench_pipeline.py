# SPDX-License-Identifier: Apache-2.0
"""The whole of configs/han2016/lenet300.cfg beside the same in PyTorch and scikit-learn
(peer_road.py), each on one and on two threads; the peer without the start of Python."""
import os

import stats

EPOCHS = (20, 8, 12, 5)


def run(lab):
    part = 1 if lab.full else 10
    few = [max(1, round(e / part)) for e in EPOCHS]
    images = 2000 if lab.smoke else 60000
    config = os.path.join(lab.root, "configs", "han2016", "lenet300.cfg")
    found, threads = {}, max(lab.threads)

    def ours():
        result = lab.run(config, threads, f"train.epochs={few[0]}", f"args.retrain_epochs={few[1]}",
                         f"args.last_epochs={few[2]}", f"args.tune_epochs={few[3]}", f"data.samples={images}",
                         fails=(1,))
        found["pare"] = (result["stages"][0]["test_error_percent"], result["test_error_percent"], result["file_bytes"])
        return result["seconds"]

    def theirs(name, peer):
        got = peer.ask(do="road", epochs_of=few, rate=0.1, decay=5e-4, retrain_rate=0.05, tune_rate=1e-4, batch=64,
                       images=images)
        found[name] = (got["trained"], got["error"], got["bytes"])
        return got["seconds"]

    sides = {"pare": ours}
    for count in lab.threads:
        peer = lab.peer("road", count)
        if peer:
            name = f"torch and sklearn, {count} thread{'s' if count > 1 else ''}"
            sides[name] = lambda name=name, peer=peer: theirs(name, peer)
    rounds = 1 if lab.full else lab.rounds
    line = stats.row(f"han2016/lenet300, {few[0]} + 2 x {few[1]} + {few[2]} + {few[3]} epochs", threads, "s",
                     stats.turns(sides, rounds), better="lower")
    if line["peers"]:
        stats.target(line, "ratio to the faster peer", min(p["ratio"] for p in line["peers"].values()), at_least=2)
    line["more"] = {f"{name}: trained, end, bytes": f"{a:.2f} %, {b:.2f} %, {c:,.0f}" for name, (a, b, c) in found.items()}
    return {"rows": [line]}
