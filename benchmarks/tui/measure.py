"""The measurements, each of one program or of both in turn."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from msgspec import Struct

from benchmarks.tui.programs import Program, write_experiment
from benchmarks.tui.screen import Screen
from tuilab.lab import Lab

STARTS, KEYS, RUNS, PAIRS, ROUNDS = 9, 200, 10, 5, 3
BUSY = 4
"""Processes that take what they can get, where the machine is to be loaded."""
SETTLE, WATCH, IDLE = 5.0, 30.0, 10.0
"""Seconds: before a live run is measured, while it is, and of a run that is over."""
REST = 2.0
"""Seconds between a run and the next, in which the next one is prepared."""
LONG = 400_000
"""Iterations of the run whose rate is measured."""


class Live(Struct, frozen=True):
    """What watching a run costs."""

    bytes_per_second: float
    cpu: float
    """Share of a core."""
    key_p50: float
    key_p99: float
    """Seconds."""


def first_plots(programs: list[Program]) -> list[tuple[float, float]]:
    """Median seconds from the command to the first plots, and to those of the whole run; the programs in turn."""
    times: list[list[tuple[float, float]]] = [[] for _ in programs]
    for _ in range(STARTS):
        for program, taken in zip(programs, times, strict=True):
            with Screen(program.finished, program.environment) as screen:
                taken.append((screen.drawn(), screen.wait(partial(_shows, screen, program.whole), "the whole run")))
    return [(median(first for first, _ in taken), median(whole for _, whole in taken)) for taken in times]


def idle_bytes(program: Program) -> float:
    """Bytes a second to the terminal where a finished run is shown and nothing changes."""
    with Screen(program.finished, program.environment) as screen:
        screen.drawn()
        screen.run(SETTLE)
        before = screen.bytes
        screen.run(IDLE)
        return (screen.bytes - before) / IDLE


def live(program: Program, watched: Callable[[], AbstractContextManager[Screen]]) -> Live:
    """What watching a run that goes on costs; keys are pressed after the rest was measured."""
    with watched() as screen:
        screen.drawn()
        screen.run(SETTLE)
        bytes_before, cpu_before, start = screen.bytes, screen.cpu(program.aside), time.perf_counter()
        screen.run(WATCH)
        taken = time.perf_counter() - start
        written, used = screen.bytes - bytes_before, screen.cpu(program.aside) - cpu_before
        answers = _answers(screen, program, KEYS)
    return Live(written / taken, used / taken, *_cuts(answers))


def loaded(
    watched: Sequence[tuple[Program, Callable[[], AbstractContextManager[Screen]]]],
) -> list[tuple[float, float]]:
    """Seconds to the answer of a key, median and worst of a hundred, of each program; they take turns."""
    answers: list[list[float]] = [[] for _ in watched]
    for _ in range(ROUNDS):
        for (program, watching), taken in zip(watched, answers, strict=True):
            with watching() as screen:
                screen.drawn()
                screen.run(SETTLE)
                taken += _answers(screen, program, KEYS // 2)
    return [_cuts(taken) for taken in answers]


@contextmanager
def busy() -> Iterator[None]:
    """The machine is loaded."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _answers(screen: Screen, program: Program, keys: int) -> list[float]:
    return [screen.answer(program.keys[place % len(program.keys)]) for place in range(keys)]


def _cuts(answers: list[float]) -> tuple[float, float]:
    cuts = quantiles(answers, n=100, method="inclusive")
    return cuts[49], cuts[98]


def run_to_first_point(home: Path) -> float:
    """Median seconds from the key that starts a run to its first drawn point."""
    file = write_experiment(home, 20_000)
    taken = []
    with Screen([sys.executable, "-m", "tuilab", "open", str(file)], {"TUILAB_HOME": str(home)}) as screen:
        screen.wait(lambda: "r Run" in screen.text, "the first screen")
        for number in range(1, RUNS + 1):
            screen.run(REST)
            start = time.perf_counter()
            screen.press("r")
            screen.wait(partial(_draws, screen, f"-{number:04}"), "the first point")
            taken.append(time.perf_counter() - start)
            screen.wait(lambda: "✓ done" in screen.text, "the end")
    return median(taken)


def _shows(screen: Screen, words: str) -> bool:
    return words in screen.text


def _draws(screen: Screen, run: str) -> bool:
    return run in screen.text and screen.curves > 0


def watched_share(home: Path) -> float:
    """Iterations a second with the app attached, as a share of those of `tuilab run`: the median of pairs in turn."""
    file = write_experiment(home, LONG)
    shares = []
    for _ in range(PAIRS):
        command = [sys.executable, "-m", "tuilab", "run", str(file), "--json"]
        environment = {**os.environ, "TUILAB_HOME": str(home)}
        told = subprocess.run(command, env=environment, check=True, capture_output=True).stdout
        alone = float(json.loads(told)["iterations_per_second"])
        with Screen([sys.executable, "-m", "tuilab", "open", str(file)], {"TUILAB_HOME": str(home)}) as screen:
            screen.wait(lambda: "r Run" in screen.text, "the first screen")
            screen.press("r")
            screen.wait(lambda: "✓ done" in screen.text, "the end")
        view = Lab(home).follow("last").poll().view
        shares.append(view.iteration / view.seconds / alone)
    return median(shares)
