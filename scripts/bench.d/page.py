# SPDX-License-Identifier: Apache-2.0
"""bench.md from bench.json, and a line for the terminal."""
import os

TITLES = {"limits": "The machine's limits", "train": "Training", "masks": "Training with masks",
          "infer": "Running a model", "kmeans": "Sharing weights: k-means", "huffman": "Entropy coding",
          "startup": "Start-up", "checkpoint": "Checkpoints", "pipeline": "The whole road"}


def number(x):
    if x is None:
        return ""
    if abs(x) >= 1000:
        return f"{x:,.0f}"
    return f"{x:.3g}" if abs(x) < 100 else f"{x:.0f}"


def spread(stats):
    return f"{number(stats['median'])} ({number(stats['min'])} to {number(stats['max'])})"


def wanted(line):
    words = []
    for target in line["targets"]:
        sign, bound = ("at least", target["at_least"]) if "at_least" in target else ("at most", target["at_most"])
        words.append(f"{target['what']} {sign} {number(bound)}: {number(target['got'])}, "
                     + ("met" if target["met"] else "NOT MET"))
    return words


def line(row):
    words = [f"{row['case']}, {row['threads']} thread{'s' if row['threads'] != 1 else ''}: "
             f"pare {spread(row['pare'])} {row['unit']}"]
    for name, peer in row["peers"].items():
        words.append(f"{name} {spread(peer)}, ratio {peer['ratio']:.2f} ({peer['ratio_low']:.2f} to {peer['ratio_high']:.2f})")
    if row.get("share"):
        words.append(f"{100 * row['share']['part']:.0f} % of {row['share']['of']}")
    for name, value in row.get("more", {}).items():
        words.append(f"{name} {number(value) if isinstance(value, (int, float)) else value}")
    return "; ".join(words + wanted(row))


def table(rows, out):
    out.append("| case | threads | pare | peers | pare's ratio to them | of the limit | more | wanted |")
    out.append("| --- | ---: | ---: | --- | --- | --- | --- | --- |")
    for row in rows:
        peers = "<br>".join(f"{name} {spread(p)}" for name, p in row["peers"].items())
        ratios = "<br>".join(f"{p['ratio']:.2f} ({p['ratio_low']:.2f} to {p['ratio_high']:.2f})"
                             for p in row["peers"].values())
        share = f"{100 * row['share']['part']:.0f} % of {row['share']['of']}" if row.get("share") else ""
        more = "<br>".join(f"{k} {number(v) if isinstance(v, (int, float)) else v}" for k, v in row.get("more", {}).items())
        out.append(f"| {row['case']}, {row['unit']} | {row['threads']} | {spread(row['pare'])} | {peers} | {ratios} | "
                   f"{share} | {more} | {'<br>'.join(wanted(row))} |")


def write(stored, folder):
    out = ["# Speed, measured", "",
           "Made by `scripts/bench`; do not edit. [bench.md](../bench.md) says how to read it. Figures are medians",
           "with the smallest and largest of the rounds in brackets; both sides ran in turns on one machine.", ""]
    missed = []
    for name, title in TITLES.items():
        part = stored["parts"].get(name)
        if not part:
            continue
        machine = part["machine"]
        out += [f"## {title}", "",
                f"`scripts/bench {name}`, {part['date']}, commit {part['commit']}, {part['rounds']} rounds; "
                f"{machine['cpu']} family {machine['family']} model {machine['model']}, "
                f"{machine['processors']} processors; load {part['load']}."]
        if part.get("versions"):
            out.append("Peers: " + ", ".join(f"{k} {v}" for k, v in sorted(part["versions"].items())) + ".")
        out.append("")
        table(part["rows"], out)
        out += [""] + [f"{note}\n" for note in part.get("notes", [])]
        for row in part["rows"]:
            missed += [f"- {title}, {row['case']}, {row['threads']} threads: {words}"
                       for words in wanted(row) if words.endswith("NOT MET")]
    out += ["## Not met", ""] + (missed or ["Nothing that was measured."])
    path = os.path.join(folder, "bench.md")
    with open(path, "w") as file:
        file.write("\n".join(out) + "\n")
