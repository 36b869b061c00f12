"""Time side by side: every contender in turn, many times over, and medians; neighbors hit all alike."""

from collections.abc import Callable, Mapping
from statistics import median
from time import process_time

Contender = Callable[[int], object]
"""Does its work so many times."""


def interleaved(
    contenders: Mapping[str, Contender],
    seconds: float = 0.05,
    rounds: int = 31,
    portion: int = 1,
    clock: Callable[[], float] = process_time,
) -> dict[str, float]:
    """Median seconds by `clock` for one piece of work of each; each of the `rounds` gives each about `seconds`.

    Each works in whole `portion`s of so many pieces (an epoch).
    """
    counts = {name: _count(run, seconds, portion, clock) for name, run in contenders.items()}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            start = clock()
            run(counts[name])
            times[name].append((clock() - start) / counts[name])
    return {name: median(each) for name, each in times.items()}


def _count(run: Contender, seconds: float, portion: int, clock: Callable[[], float]) -> int:
    """How often `run` works in about `seconds`, warm."""
    count = portion
    while True:
        start = clock()
        run(count)
        if (taken := clock() - start) >= seconds / 2:
            return portion * max(1, round(count * seconds / taken / portion))
        count *= 2
