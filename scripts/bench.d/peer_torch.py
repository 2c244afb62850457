# SPDX-License-Identifier: Apache-2.0
"""PyTorch as fast as it was found to go: eager, channels_last for convolutions, the
environment that lab.py gives."""
import functools

import numpy as np
import peers
import torch
import torch.nn.functional as F

torch.set_num_threads(peers.THREADS)


class Lenet300(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(784, 300)
        self.fc2 = torch.nn.Linear(300, 100)
        self.fc3 = torch.nn.Linear(100, 10)

    def forward(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class Lenet5(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 20, 5)
        self.conv2 = torch.nn.Conv2d(20, 50, 5)
        self.fc1 = torch.nn.Linear(800, 500)
        self.fc2 = torch.nn.Linear(500, 10)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(x), 2)
        x = F.max_pool2d(self.conv2(x), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


def network(name, x):
    """A net and its input in the layout that suits it."""
    torch.manual_seed(1)
    if name == "lenet300":
        return Lenet300(), x
    x = x.reshape(-1, 1, 28, 28).contiguous(memory_format=torch.channels_last)
    return Lenet5().to(memory_format=torch.channels_last), x


@functools.lru_cache(maxsize=2)
def samples(split, count):
    x, y = peers.images(split, count)
    return torch.from_numpy(x), torch.from_numpy(y)


@functools.lru_cache(maxsize=16)
def training(name, rate, masked, images):
    x, y = samples("train", images)
    net, x = network(name, x)
    step = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9, weight_decay=5e-4)
    weights = [p for p in net.parameters() if p.dim() > 1] if masked else []
    masks = [(torch.rand_like(p) < 0.08).float() for p in weights]
    return net, x, y, step, list(zip(weights, masks))


def train(net, batch, images, masked, rate):
    """One epoch over the first images."""
    model, x, y, step, masks = training(net, rate, masked, images)
    model.train()
    start = peers.clock()
    order = torch.randperm(len(y))
    for first in range(0, len(y), batch):
        index = order[first:first + batch]
        loss = F.cross_entropy(model(x[index]), y[index])
        step.zero_grad(set_to_none=True)
        loss.backward()
        step.step()
        with torch.no_grad():
            for weight, mask in masks:
                weight.mul_(mask)
    return {"seconds": peers.clock() - start, "images": len(y)}


@functools.lru_cache(maxsize=16)
def running(name, batch):
    """Eager, traced and frozen; the fastest of them is what is timed."""
    net, x = network(name, samples("test", batch)[0])
    net.eval()
    with torch.inference_mode():
        traced = torch.jit.freeze(torch.jit.trace(net, x))
        for form in (net, traced):
            for _ in range(20 if batch == 1 else 3):
                form(x)
        fastest = min((net, traced), key=lambda form: passes(form, x, 200 if batch == 1 else 5))
    return fastest, x


def passes(net, x, count):
    start = peers.clock()
    for _ in range(count):
        net(x)
    return (peers.clock() - start) / count


def infer(net, batch, repeats):
    """Seconds of one pass of a batch."""
    form, x = running(net, batch)
    with torch.inference_mode():
        return {"seconds": passes(form, x, repeats)}


if __name__ == "__main__":
    peers.serve({"torch": torch.__version__, "numpy": np.__version__}, train=train, infer=infer)
