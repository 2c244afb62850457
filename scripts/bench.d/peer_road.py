# SPDX-License-Identifier: Apache-2.0
"""The road of configs/han2016/lenet300.cfg in PyTorch and scikit-learn: the same epochs,
prunings, shared values and retrainings; Huffman sizes are computed, not written.

Kept as plain as a careful user would write it, and as fast: one gather a batch, no
Python in a loop over weights, gradients of shared values by index_add."""
import heapq
import warnings

import numpy as np
import peers
import torch
import torch.nn.functional as F
from peer_torch import Lenet300
from sklearn.cluster import KMeans

warnings.filterwarnings("ignore")
KEEP = {"fc1": 0.08, "fc2": 0.09, "fc3": 0.26}
SPAN = 31  # a gap of five bits


def epochs(net, x, y, count, rate, decay, batch, before, after):
    """SGD with momentum under a cosine, as in pare; before and after surround the step."""
    step = torch.optim.SGD([{"params": [p for p in net.parameters() if p.dim() > 1], "weight_decay": decay},
                            {"params": [p for p in net.parameters() if p.dim() == 1]}], lr=rate, momentum=0.9)
    steps = (len(y) + batch - 1) // batch
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(step, count * steps)
    for _ in range(count):
        order = torch.randperm(len(y))
        for first in range(0, len(y), batch):
            index = order[first:first + batch]
            loss = F.cross_entropy(net(x[index]), y[index])
            step.zero_grad(set_to_none=True)
            loss.backward()
            before()
            step.step()
            after()
            fall.step()


@torch.no_grad()
def error(net, x, y):
    return 100.0 * (net(x).argmax(1) != y).double().mean().item()


def prune(net, masks, part):
    """By magnitude, up to part of the way on a cubic curve."""
    for name, keep in KEEP.items():
        w = getattr(net, name).weight.data
        amount = (1 - keep) * (1 - (1 - part) ** 3)
        count = int(round(amount * w.numel()))
        if count:
            threshold = w.abs().flatten().kthvalue(count).values
            masks[name] = (w.abs() > threshold).float()
            w.mul_(masks[name])


def share(net, masks, k):
    """k-means of each layer's kept weights from linear guesses: positions, codes, values."""
    shared = {}
    for name in KEEP:
        w = getattr(net, name).weight.data
        at = masks[name].flatten().nonzero().flatten()
        kept = w.flatten()[at].numpy().reshape(-1, 1)
        init = np.linspace(kept.min(), kept.max(), k, dtype=np.float32).reshape(-1, 1)
        model = KMeans(n_clusters=k, init=init, n_init=1, algorithm="lloyd").fit(kept)
        centers = torch.from_numpy(model.cluster_centers_.astype(np.float32).ravel())
        code = torch.from_numpy(model.labels_.astype(np.int64))
        shared[name] = (at, code, centers, torch.zeros_like(centers))
        w.flatten()[at] = centers[code]
    return shared


def tune(net, x, y, shared, count, rate, batch):
    """Trains the shared values by the summed gradients of their weights."""
    biases = torch.optim.SGD([p for p in net.parameters() if p.dim() == 1], lr=rate, momentum=0.9)
    steps = (len(y) + batch - 1) // batch
    for step in range(count * steps):
        if step % steps == 0:
            order = torch.randperm(len(y))
        first = step % steps * batch
        index = order[first:first + batch]
        for p in net.parameters():
            p.grad = None
        F.cross_entropy(net(x[index]), y[index]).backward()
        now = rate * 0.5 * (1 + np.cos(np.pi * step / (count * steps)))
        biases.param_groups[0]["lr"] = now
        biases.step()
        with torch.no_grad():
            for name, (at, code, centers, momentum) in shared.items():
                weight = getattr(net, name).weight
                gradient = torch.zeros_like(centers).index_add_(0, code, weight.grad.flatten()[at])
                momentum.mul_(0.9).add_(gradient)
                centers.sub_(momentum, alpha=now)
                weight.view(-1)[at] = centers[code]


def huffman_bits(symbols):
    """Bits of a Huffman code of the symbols, and eight for each length in its table."""
    uses = np.bincount(symbols)
    heap = [int(u) for u in uses if u]
    bits = heap[0] if len(heap) == 1 else 0
    heapq.heapify(heap)
    while len(heap) > 1:
        pair = heapq.heappop(heap) + heapq.heappop(heap)
        bits += pair
        heapq.heappush(heap, pair)
    return bits + 8 * len(uses)


def file_bytes(net, shared):
    total = 0
    for name, (at, code, centers, _) in shared.items():
        gaps = np.diff(at.numpy(), prepend=-1) - 1
        fillers = np.full(int((gaps // SPAN).sum()), SPAN)
        total += huffman_bits(np.concatenate([gaps % SPAN, fillers])) + huffman_bits(code.numpy())
        total += 32 * len(centers) + 32 * getattr(net, name).bias.numel()
    return total / 8


def road(epochs_of, rate, decay, retrain_rate, tune_rate, batch, images):
    """epochs_of: of the training, each round, the last round, the tuning."""
    start = peers.clock()
    torch.manual_seed(1)
    x, y = (torch.from_numpy(a) for a in peers.images("train", images))
    tx, ty = (torch.from_numpy(a) for a in peers.images("test", 10000))
    net, masks = Lenet300(), {}

    def keep():
        with torch.no_grad():
            for name, mask in masks.items():
                getattr(net, name).weight.mul_(mask)

    def nothing():
        pass

    epochs(net, x, y, epochs_of[0], rate, decay, batch, nothing, nothing)
    trained = error(net, tx, ty)
    for number in (1, 2, 3):
        prune(net, masks, number / 3)
        epochs(net, x, y, epochs_of[2] if number == 3 else epochs_of[1], retrain_rate, decay, batch, nothing, keep)
        error(net, tx, ty)
    began = peers.clock()
    shared = share(net, masks, 32)
    sharing = peers.clock() - began
    tune(net, x, y, shared, epochs_of[3], tune_rate, batch)
    size = file_bytes(net, shared)
    return {"trained": trained, "error": error(net, tx, ty), "bytes": size, "sharing": sharing,
            "seconds": peers.clock() - start}


torch.set_num_threads(peers.THREADS)
peers.serve({"torch": torch.__version__}, road=road)
