# SPDX-License-Identifier: Apache-2.0
"""Huffman coding of fc1's streams in a real file, through the plugin as the writer and
the reader call it, beside zstd's Huffman coder; MB/s of symbols, one byte each."""
import os

import stats


def run(lab):
    model, rows = lab.model("lenet300"), []
    seconds = 0.05 if lab.smoke else 0.5
    own, theirs = [], []
    huff0 = lab.with_peers and os.path.exists(os.path.join(lab.build, "bench_huff0"))
    if lab.with_peers and not huff0:
        print("missing: huff0, which is in libzstd.a")
    for _ in range(lab.rounds):
        own.append(lab.program("bench_codes", model, "fc1.weight", "huffman", seconds, lab.temporary))
        if huff0:
            theirs.append([lab.program("bench_huff0", os.path.join(lab.temporary, s["stream"] + ".bin"), seconds)[0]
                           for s in own[-1]])
    for i, stream in enumerate(own[0]):
        for way, least in (("decode", 1000), ("encode", 500)):
            samples = {"pare": [r[i][way] for r in own]}
            if huff0:
                samples["huff0"] = [r[i][way] for r in theirs]
            line = stats.row(f"{way} the {stream['stream']} stream of fc1, {stream['symbols']} symbols", 1, "MB/s", samples)
            stats.target(line, "MB/s", line["pare"]["median"], at_least=least)
            line["more"] = {"bytes": stream["bytes"], "entropy and table": stream["entropy_bytes"] + stream["table_bytes"]}
            if huff0:
                line["more"]["huff0's bytes"] = theirs[0][i]["bytes"]
            if way == "encode":
                stats.target(line, "bytes to entropy and table",
                             stream["bytes"] / (stream["entropy_bytes"] + stream["table_bytes"]), at_most=1.015)
            rows.append(line)
    return {"rows": rows}
