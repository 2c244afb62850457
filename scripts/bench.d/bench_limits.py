# SPDX-License-Identifier: Apache-2.0
"""What the machine can do at most: fused multiply-adds with the widest vectors, and
memory traffic with arrays that no cache holds."""
import stats


def run(lab):
    rows, seconds = [], 0.02 if lab.smoke else 0.4
    for threads in lab.threads:
        got = [lab.program("bench_limits", threads, seconds)[0] for _ in range(lab.rounds)]
        for name, case, unit in (("fma", f"multiply-adds, {got[0]['isa']}", "GFLOP/s"),
                                 ("triad", "memory, a = b + s c over 384 MB", "GB/s"),
                                 ("cache", "the same over 384 KB a thread", "GB/s")):
            line = stats.row(case, threads, unit, {"pare": [g[name] for g in got]})
            rows.append(dict(line, name=name))
    return {"rows": rows}
