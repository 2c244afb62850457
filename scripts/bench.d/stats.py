# SPDX-License-Identifier: Apache-2.0
"""Samples taken in turns, and what is said of them: median, min, max."""
import statistics


def summary(samples):
    return {"median": statistics.median(samples), "min": min(samples), "max": max(samples),
            "samples": [float(f"{s:.6g}") for s in samples]}


def turns(sides, rounds):
    """Calls each of sides {name: function giving a number} once a round, A B A B ...;
    a name to its samples. A first round is not counted."""
    samples = {name: [] for name in sides}
    for number in range(rounds + 1 if rounds > 1 else rounds):
        for name, take in sides.items():
            value = take()
            if number > 0 or rounds == 1:
                samples[name].append(value)
    return samples


def row(case, threads, unit, samples, better="higher", own="pare"):
    """A line of the table. The ratio to a peer is how many times better ours is, of the
    medians; low and high: the smallest and the largest of a single round's."""
    result = {"case": case, "threads": threads, "unit": unit, "better": better,
              "pare": summary(samples[own]), "peers": {}, "targets": []}
    for name, theirs in samples.items():
        if name == own:
            continue
        ours = samples[own]
        pairs = [a / b if better == "higher" else b / a for a, b in zip(ours, theirs)]
        mine, other = statistics.median(ours), statistics.median(theirs)
        result["peers"][name] = dict(summary(theirs), ratio=mine / other if better == "higher" else other / mine,
                                     ratio_low=min(pairs), ratio_high=max(pairs))
    return result


def target(line, what, got, at_least=None, at_most=None):
    """Adds to a line what it should come to; nothing where it was not measured."""
    if got is None:
        return
    met = got >= at_least if at_least is not None else got <= at_most
    wanted = {"at_least": at_least} if at_least is not None else {"at_most": at_most}
    line["targets"].append(dict(wanted, what=what, got=got, met=bool(met)))


def peer_ratio(line, peer):
    return line["peers"][peer]["ratio"] if peer in line["peers"] else None
