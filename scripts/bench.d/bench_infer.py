# SPDX-License-Identifier: Apache-2.0
"""Running a compressed model: on its kept weights and as an ordinary net (pare bench),
beside PyTorch's dense network and scipy's sparse matrices; microseconds a sample."""
import json

import stats

LAYERS = {"lenet300": ["fc1", "fc2", "fc3"]}
TITLES = {"lenet300": "LeNet-300-100", "lenet5": "LeNet-5"}


def measure(lab, net, batch, threads):
    path, seen = lab.model(net), {}
    torch = lab.peer("torch", threads)
    scipy = lab.peer("scipy", threads) if net in LAYERS else None
    repeats = 20 if lab.smoke else 2000 if batch == 1 else 20

    def ours():
        seen.update(json.loads(lab.pare("bench", path, "--batch", batch, "--threads", threads, "--repeats", 1 if lab.smoke else 3, "--json")))
        return seen["engines"]["compressed"]["us_median"]

    sides = {"pare": ours, "pare dense": lambda: seen["engines"]["dense"]["us_median"]}
    if torch:
        sides["torch"] = lambda: 1e6 * torch.ask(do="infer", net=net, batch=batch, repeats=repeats)["seconds"] / batch
    if scipy:
        files = [lab.weights(path, f"{name}.weight") for name in LAYERS[net]]
        biases = [lab.weights(path, f"{name}.bias") for name in LAYERS[net]]
        sides["scipy"] = lambda: 1e6 * scipy.ask(do="infer", weights=files, biases=biases, batch=batch,
                                                 repeats=repeats)["seconds"] / batch
    line = stats.row(f"{TITLES[net]}, batch {batch}", threads, "us a sample", stats.turns(sides, lab.rounds), better="lower")
    sizes = {name: engine["weight_bytes"] for name, engine in seen["engines"].items()}
    line["more"] = {"bytes of weights": sizes["compressed"], "of dense ones": sizes["dense"]}
    return line, sizes["compressed"] / sizes["dense"]


def run(lab):
    rows = []
    for net in ["lenet300"] if lab.smoke else list(TITLES):
        for batch, threads in [(1, 1)] + [(1000, t) for t in lab.threads]:
            line, size = measure(lab, net, batch, threads)
            ratio = {peer: stats.peer_ratio(line, peer) for peer in ("torch", "scipy", "pare dense")}
            if batch == 1:
                stats.target(line, "ratio to torch", ratio["torch"], at_least=6 if net == "lenet300" else 3)
                if net == "lenet300":
                    stats.target(line, "ratio to scipy", ratio["scipy"], at_least=5)
                    stats.target(line, "ratio to pare dense", ratio["pare dense"], at_least=2)
                stats.target(line, "weights in memory to dense", size, at_most=1 / 8)
            else:
                stats.target(line, "ratio to pare dense", ratio["pare dense"], at_least=1)
            rows.append(line)
    return {"rows": rows}
