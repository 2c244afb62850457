# SPDX-License-Identifier: Apache-2.0
"""What the peers' processes share: the loop that answers, and the data."""
import gzip
import json
import os
import sys
import time

import numpy as np

THREADS = int(os.environ.get("PARE_THREADS", "1"))
clock = time.perf_counter


def images(split, count):
    """The first count images of a split, [count][784] of 0..1, and their labels."""
    prefix = os.path.join(os.environ["PARE_DATA"], "train" if split == "train" else "t10k")
    with gzip.open(prefix + "-images-idx3-ubyte.gz") as file:
        x = np.frombuffer(file.read(), np.uint8)[16:].reshape(-1, 784)[:count]
    with gzip.open(prefix + "-labels-idx1-ubyte.gz") as file:
        y = np.frombuffer(file.read(), np.uint8)[8:][:count]
    return x.astype(np.float32) / 255, y.astype(np.int64)


def serve(versions, **actions):
    """Says what it is, then answers each request with what its action returns."""
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(actions[request.pop("do")](**request)), flush=True)
