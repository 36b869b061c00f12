"""`make bench-gpu`: a large network on a GPU, beside NumPy on all cores and PyTorch eager with autograd there."""

import os
import re
import sys
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import torch

from benchmarks.timing import Contender, interleaved

README = Path(__file__).parents[1] / "README.md"
MARKS = re.compile(r"(<!-- bench-gpu -->\n).*?(<!-- /bench-gpu -->)", re.DOTALL)
SIZES, EXAMPLES, DTYPE = (784, 2048, 2048, 10), 16384, "float32"
BATCHES = (512, 64)
AIMS = {512: (10, None), 64: (5, 1.5)}
"""By batch: how many times as fast as NumPy and as PyTorch it is to be."""


def eager(sizes: tuple[int, ...], batch: int, device: str) -> Contender:
    """PyTorch as a person writes it: autograd, SGD with the decay of weights, J = loss + L2; costs come at the end."""
    from benchmarks.contenders import LAMBD, RATE, data

    X, y = (torch.from_numpy(each).to(device) for each in data(sizes, EXAMPLES, DTYPE))
    layers: list[torch.nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
    model, loss = torch.nn.Sequential(*layers[:-1]).to(device), torch.nn.CrossEntropyLoss()
    weights = [each for each in model.parameters() if each.ndim == 2]
    biases = [each for each in model.parameters() if each.ndim == 1]
    decayed = {"params": weights, "weight_decay": LAMBD / EXAMPLES}
    optimizer = torch.optim.SGD([decayed, {"params": biases}], lr=RATE)
    order, start = torch.randperm(EXAMPLES, device=device), 0

    def run(iterations: int) -> None:
        nonlocal order, start
        costs = torch.empty(iterations, device=device)
        for made in range(iterations):
            if start + batch > EXAMPLES:
                order, start = torch.randperm(EXAMPLES, device=device), 0
            index = order[start : start + batch]
            start += batch
            optimizer.zero_grad()
            cost = loss(model(X[index]), y[index])
            cost.backward()
            with torch.no_grad():
                costs[made] = cost + LAMBD / (2 * EXAMPLES) * sum(each.square().sum() for each in weights)
            optimizer.step()
        costs.cpu()

    return run


def ours(sizes: tuple[int, ...], batch: int, compute: dict[str, str]) -> Contender:
    """`Training.advance`, under what is asked of `[compute]`."""
    from benchmarks.contenders import data, experiment
    from tuilab.experiment import edit
    from tuilab.training import Training, problem_from_arrays

    plan = edit(experiment(sizes, EXAMPLES, batch, DTYPE), {f"compute.{key}": value for key, value in compute.items()})
    return Training(problem_from_arrays(plan, data(sizes, EXAMPLES, DTYPE))).advance


def table(sizes: tuple[int, ...] = SIZES, device: str = "cuda", seconds: float = 1.0, rounds: int = 11) -> str:
    """The table of README, in Markdown: medians of wall time, in turn."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    named = torch.cuda.get_device_name(0) if device == "cuda" else device
    lines = [
        f"| µs an iteration; {named}, {cores} cores | torch engine | NumPy engine | PyTorch | × NumPy | × PyTorch |",
        "|---|" + "---|" * 5,
    ]
    for batch in BATCHES:
        made = {
            "torch": ours(sizes, batch, {"engine": "torch", "device": device}),
            "NumPy": ours(sizes, batch, {"engine": "numpy", "threads": str(cores)}),
            "PyTorch": eager(sizes, batch, device),
        }
        found = interleaved(made, seconds=seconds, rounds=rounds, clock=perf_counter)
        us = " | ".join(f"{1e6 * each:,.0f}" for each in found.values())
        ratios = [found[name] / found["torch"] for name in ("NumPy", "PyTorch")]
        told = [f"{ratio:.2f}" + (f" (≥ {aim})" if aim else "") for ratio, aim in zip(ratios, AIMS[batch], strict=True)]
        lines.append(f"| {'-'.join(map(str, sizes))}, batch = {batch}, {DTYPE} | {us} | {' | '.join(told)} |")
        print(lines[-1], file=sys.stderr)
    return "\n".join(lines)


def main() -> None:
    """Measures and writes README; where there is no GPU, says so."""
    if not torch.cuda.is_available():
        return print("no GPU here")
    found = table()
    print(found)
    README.write_text(MARKS.sub(lambda marks: f"{marks[1]}{found}\n{marks[2]}", README.read_text()))
    return None


if __name__ == "__main__":
    main()
