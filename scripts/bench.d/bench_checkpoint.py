# SPDX-License-Identifier: Apache-2.0
"""What a checkpoint after each epoch costs: in one training each third epoch has one.
It is made at that epoch's end and written beside the next, so the two of them, less an
epoch that knows of none, are an epoch with a checkpoint; the third stands beside it.
Whole runs with and without differ by more from one to the next than a checkpoint takes.
And what the run says itself: result.json's checkpoint_seconds over seconds, of a run
with one after each epoch."""
import os
import statistics

import stats

HERE = os.path.dirname(os.path.abspath(__file__))
CYCLE = 3


def run(lab):
    threads = max(lab.threads)

    def train(every, epochs):
        return lab.run(os.path.join(HERE, "train.cfg"), threads, f"train.epochs={epochs}",
                       f"checkpoint.epochs={every}", f"data.samples={500 if lab.smoke else 60000}")

    def cycles(epochs):
        """Seconds of an epoch with a checkpoint and of one without, one of each a cycle."""
        journal = lab.journal(train(CYCLE, epochs))
        at = [line["at"] for line in journal if line.get("record") == "epoch"]
        took = [b - a for a, b in zip(at, at[1:])]  # took[0]: epoch 2
        pairs = [took[i:i + CYCLE] for i in range(1, len(took) - CYCLE + 1, CYCLE)]
        return [made + beside - free for made, beside, free in pairs], [free for _, _, free in pairs]

    samples, parts = {"pare": [], "none": []}, []
    for _ in range(lab.rounds):
        for side, values in zip(samples.values(), cycles(12 if lab.smoke else 48)):
            side.extend(values)
        result = train(1, 8)
        parts.append(result["checkpoint_seconds"] / result["seconds"])
    line = stats.row("LeNet-300-100, an epoch of 60,000", threads, "s", samples, better="lower")
    more = statistics.median(a / b for a, b in zip(samples["pare"], samples["none"]))
    stats.target(line, "time to that without, median of the pairs", more, at_most=1.03)
    stats.target(line, "part of a run's time, median", stats.summary(parts)["median"], at_most=0.03)
    return {"rows": [line]}
