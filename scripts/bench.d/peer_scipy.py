# SPDX-License-Identifier: Apache-2.0
"""A pruned dense network as scipy's CSR matrices, through the loops below its operators,
into arrays made once: the fastest that scipy offers."""
import functools

import numpy as np
import peers
import scipy
from scipy import sparse
from scipy.sparse import _sparsetools


class Layer:
    def __init__(self, weight, bias, inputs, batch):
        w = np.fromfile(weight, np.float32).reshape(-1, inputs)
        self.rows, self.columns = w.shape
        self.w = sparse.csr_matrix(w)
        self.bias = np.fromfile(bias, np.float32).reshape(-1, 1)
        self.start = np.ascontiguousarray(np.broadcast_to(self.bias, (self.rows, batch)))
        self.y = np.empty((self.rows, batch), np.float32)
        self.batch = batch

    def forward(self, x, relu):
        """x [columns][batch] to [rows][batch]; the sparse loops add to what is there."""
        y, w = self.y, self.w
        np.copyto(y, self.start)
        if self.batch == 1:
            _sparsetools.csr_matvec(self.rows, self.columns, w.indptr, w.indices, w.data, x.ravel(), y.ravel())
        else:
            _sparsetools.csr_matvecs(self.rows, self.columns, self.batch, w.indptr, w.indices, w.data, x.ravel(), y.ravel())
        if relu:
            np.maximum(y, 0, out=y)
        return y


@functools.lru_cache(maxsize=4)
def network(weights, biases, batch):
    layers, inputs = [], 784
    for weight, bias in zip(weights, biases):
        layers.append(Layer(weight, bias, inputs, batch))
        inputs = layers[-1].rows
    x = np.ascontiguousarray(peers.images("test", batch)[0].T)
    return layers, x


def infer(weights, biases, batch, repeats):
    layers, x = network(tuple(weights), tuple(biases), batch)

    def one():
        y = x
        for layer in layers:
            y = layer.forward(y, layer is not layers[-1])
        return y

    dense = x
    for layer in layers:
        dense = layer.w.toarray() @ dense + layer.bias
        dense = dense if layer is layers[-1] else np.maximum(dense, 0)
    assert np.allclose(one(), dense, rtol=1e-3, atol=1e-3)
    start = peers.clock()
    for _ in range(repeats):
        one()
    return {"seconds": (peers.clock() - start) / repeats}


peers.serve({"scipy": scipy.__version__, "numpy": np.__version__}, infer=infer)
