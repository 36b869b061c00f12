"""A full gradient check of 64-64-10, m = 1200, beside PyTorch's."""

import torch

from benchmarks.contenders import data
from benchmarks.timing import interleaved
from tuilab.nn import Network, check_gradient, initialize
from tuilab.nn.penalty import L2
from tuilab.streams import stream

SIZES, ROWS = (64, 64, 10), 1200


def seconds() -> dict[str, float]:
    """Median seconds of a check of all 4 810 coordinates."""
    X, y = data(SIZES, ROWS, "float64")
    network = Network(SIZES, ("tanh",))
    parameters = initialize(SIZES, "xavier", 1.0, stream(1, "weights"))
    l2 = L2(lambd=0.7, examples=ROWS)
    inputs, labels = torch.from_numpy(X), torch.from_numpy(y)
    tensors = [
        torch.from_numpy(view.copy()).requires_grad_()
        for pair in zip(parameters.weights, parameters.biases, strict=True)
        for view in pair
    ]

    def cost(W1: torch.Tensor, b1: torch.Tensor, W2: torch.Tensor, b2: torch.Tensor) -> torch.Tensor:
        logits = torch.tanh(inputs @ W1 + b1) @ W2 + b2
        data_cost = torch.nn.functional.cross_entropy(logits, labels)
        return data_cost + l2.scale / 2 * ((W1**2).sum() + (W2**2).sum())

    def ours(times: int) -> None:
        for _ in range(times):
            assert check_gradient(network, parameters, X, y, l2).verdict == "correct"

    def theirs(times: int) -> None:
        for _ in range(times):
            assert torch.autograd.gradcheck(cost, tensors)

    return interleaved({"tuilab": ours, "PyTorch": theirs}, seconds=0.1, rounds=3)
