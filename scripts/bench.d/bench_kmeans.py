# SPDX-License-Identifier: Apache-2.0
"""Sharing weights by k-means from linear guesses, sorting and codes included, beside
scikit-learn from the same guesses; and the exact optimum beside the best of many starts."""
import os
import random
import struct

import stats


def normal_weights(lab, count):
    path = os.path.join(lab.temporary, "normal.f32")
    source = random.Random(1)
    with open(path, "wb") as file:
        file.write(struct.pack(f"<{count}f", *(source.gauss(0.0, 0.05) for _ in range(count))))
    return path


def lloyd(lab, what, path, k, threads):
    peer, found = lab.peer("sklearn", threads), {}

    def ours():
        got = lab.program("bench_kmeans", path, "lloyd", k)[0]
        found["pare"] = got["inertia"]
        return got["seconds"]

    def theirs():
        got = peer.ask(do="kmeans", path=path, k=k)
        found["sklearn"] = got["inertia"]
        return got["seconds"]

    sides = {"pare": ours, "sklearn": theirs} if peer else {"pare": ours}
    line = stats.row(f"lloyd, {what}, k = {k}", threads, "s", stats.turns(sides, lab.rounds), better="lower")
    line["more"] = {f"inertia {side}": value for side, value in found.items()}
    stats.target(line, "ratio to sklearn", stats.peer_ratio(line, "sklearn"), at_least=100)
    if peer:
        # Both are sums of 235,200 squares, theirs of singles.
        stats.target(line, "inertia to sklearn's", found["pare"] / found["sklearn"], at_most=1.0 + 1e-5)
    return line


def optimal(lab, what, path, k):
    found = {}

    def ours():
        got = lab.program("bench_kmeans", path, "optimal1d", k)[0]
        found["pare"] = got["inertia"]
        return got["seconds"]

    line = stats.row(f"optimal1d, {what}, k = {k}", 1, "s", stats.turns({"pare": ours}, lab.rounds), better="lower")
    starts = lab.program("bench_kmeans", path, "lloyd", k, 5 if lab.smoke else 100)[0]["inertia"]
    linear = lab.program("bench_kmeans", path, "lloyd", k)[0]["inertia"]
    line["more"] = {"inertia": found["pare"], "of the best of 100 starts": starts, "of linear starts": linear}
    stats.target(line, "seconds", line["pare"]["median"], at_most=1.0)
    stats.target(line, "inertia to the best start's", found["pare"] / starts, at_most=1.0)
    return line


def run(lab):
    dense = lab.weights(lab.dense_model(False), "fc1.weight")
    kept = lab.weights(lab.dense_model(True), "fc1.weight", "kept")
    normal = normal_weights(lab, 5000 if lab.smoke else 235200)
    ks = (32,) if lab.smoke else (32, 64, 256)
    rows = [lloyd(lab, "235,200 weights of fc1", dense, k, t) for k in ks for t in lab.threads]
    rows += [lloyd(lab, "235,200 normal numbers", normal, k, max(lab.threads)) for k in ks if k != 64]
    rows += [optimal(lab, what, path, k) for what, path in
             (("18,816 kept weights of fc1", kept), ("235,200 weights of fc1", dense))[:1 if lab.smoke else 2] for k in ks]
    return {"rows": rows, "notes": ["pare's k-means is of one thread and, as scikit-learn's, timed when it has run before. "
                                    "scikit-learn runs the faster of lloyd and elkan with its own tolerance, pare to "
                                    "the fixed point."]}
