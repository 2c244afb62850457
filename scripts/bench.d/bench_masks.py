# SPDX-License-Identifier: Apache-2.0
"""Training with masks, beside the same without and beside PyTorch, which multiplies the
weights by the mask after each step."""
import bench_train
import stats


def run(lab):
    rows, threads = [], max(lab.threads)
    for net in bench_train.nets(lab):
        for batch in (64,) if lab.smoke else (64, 128):
            line = bench_train.measure(lab, net, batch, threads, True)
            stats.target(line, "ratio to pare dense", stats.peer_ratio(line, "pare dense"), at_least=0.95)
            rows.append(line)
    return {"rows": rows}
