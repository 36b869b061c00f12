"""`python -m benchmarks`: measures on one core, prints the table, and writes it where README quotes it."""

import os
import re
import sys
from pathlib import Path

from benchmarks import gradients, loop, trainer
from benchmarks.contenders import CONTENDERS, data
from benchmarks.timing import interleaved

README = Path(__file__).parents[1] / "README.md"
MARKS = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)
ROWS = (
    ((2, 20, 3, 1), 211, 211, "float64", 500, 400_000),
    ((64, 64, 10), 1200, 1200, "float32", 100, 20_000),
    ((784, 256, 128, 10), 6400, 64, "float32", 100, 40_000),
    ((784, 256, 128, 10), 5120, 512, "float32", 10, 6000),
)
"""Layers, examples, examples a batch, precision, iterations a call (whole epochs) and of a run."""
BESIDE = ("NumPy engine", "PyTorch", "JAX", "scikit-learn")
"""Contenders that do the same work."""


def table() -> str:
    """All figures in Markdown."""
    lines = [
        f"| µs an iteration | {' | '.join([*CONTENDERS, *(f'× {name}' for name in BESIDE)])} | × products |",
        "|---|" + "---|" * (len(CONTENDERS) + len(BESIDE) + 1),
    ]
    shares = []
    for sizes, rows, batch, dtype, portion, iterations in ROWS:
        examples = data(sizes, rows, dtype)
        made = {name: make(sizes, examples, batch, dtype) for name, make in CONTENDERS.items()}
        found = interleaved(made, seconds=0.1, rounds=21, portion=portion)
        name = f"{'-'.join(map(str, sizes))}, {'m' if batch == rows else 'batch'} = {batch}, {dtype}"
        us = " | ".join(f"{1e6 * each:,.1f}" if each < 1e-4 else f"{1e6 * each:,.0f}" for each in found.values())
        ours = found["tuilab"]
        ratios = [found[name] / ours for name in BESIDE]
        ratios.append(ours / found["products"])
        lines.append(f"| {name} | {us} | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")
        print(lines[-1], file=sys.stderr)
        shares.append(f"{100 * loop.share(sizes, examples, batch, dtype, iterations):.1f} % of {iterations:,}")
    checks = gradients.seconds()
    trained, bare = trainer.rates()
    peak, held = trainer.memory()
    lines += [
        "",
        f"- Gradient check of all 4 810 coordinates of 64-64-10, m = 1200: {checks['tuilab']:.2f} s, "
        f"`torch.autograd.gradcheck` {checks['PyTorch']:.2f} s: {checks['PyTorch'] / checks['tuilab']:.0f} ×.",
        f"- Of a run with its evaluations and reports the updates take, row by row: {', '.join(shares)} iterations.",
        f"- 2-20-3-1 through the trainer process with its log: {trained:,.0f} iterations/s, "
        f"{100 * trained / bare:.1f} % of the bare loop's.",
        f"- 784-256-128-10 on 60 000 examples in float32: {peak / 1e6:.0f} MB at the peak, {held / 1e6:.0f} MB of them "
        f"the data: data + {(peak - held) / 1e6:.0f} MB.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measures and writes README."""
    if hasattr(os, "sched_setaffinity"):  # before JAX and PyTorch start as many threads as there are cores
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found = table()
    print(found)
    README.write_text(MARKS.sub(lambda marks: f"{marks[1]}{found}\n{marks[2]}", README.read_text()))


if __name__ == "__main__":
    main()
