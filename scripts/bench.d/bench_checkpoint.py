# SPDX-License-Identifier: Apache-2.0
"""What a checkpoint after each epoch costs: eight epochs with one each beside eight
without, from the first record of the training to its last; and the part of the runs
with them that went into them, which does not depend on what the machine does from one
run to the next: result.json's checkpoint_seconds over seconds."""
import os

import stats

HERE = os.path.dirname(os.path.abspath(__file__))


def run(lab):
    threads = max(lab.threads)
    parts = []

    def epochs(every):
        result = lab.run(os.path.join(HERE, "train.cfg"), threads, "train.epochs=8", f"checkpoint.epochs={every}",
                         f"data.samples={500 if lab.smoke else 60000}")
        journal = lab.journal(result)
        if every:
            parts.append(result["checkpoint_seconds"] / result["seconds"])
        begin = next(line["at"] for line in journal if line.get("record") == "begin")
        return next(line["at"] for line in journal if line.get("verb") == "train") - begin

    line = stats.row("LeNet-300-100, eight epochs of 60,000", threads, "s",
                     stats.turns({"pare": lambda: epochs(1), "none": lambda: epochs(0)}, lab.rounds), better="lower")
    stats.target(line, "time to that without", 1 / stats.peer_ratio(line, "none"), at_most=1.03)
    stats.target(line, "part of a run's time, median", stats.summary(parts)["median"], at_most=0.03)
    return {"rows": [line]}
