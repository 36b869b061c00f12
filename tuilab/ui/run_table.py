"""The table of runs: what it shows, in which order, and which of them. Pure."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from rich.text import Text

from tuilab.lab import RunSummary
from tuilab.lab.signs import STATUS_SIGNS
from tuilab.text import clean
from tuilab.ui.livery import liveries
from tuilab.words import count, percent, sparkline, when

_WORST = float("inf")

ORDERS: dict[str, Callable[[RunSummary], Any]] = {
    "newest": lambda run: -run.created,
    "best dev error": lambda run: _WORST if run.best_dev_error is None else run.best_dev_error,
    "name": lambda run: (run.about.label or run.name).casefold(),
    "status": lambda run: run.status,
    "title": lambda run: run.title.casefold(),
    "parent": lambda run: (not run.about.parent, run.about.parent),
    "iterations": lambda run: -run.iteration,
}
"""What a list can be ordered by, and the key."""
COLUMNS = ("", "run", "status", "best dev", "cost", "when", "iteration", "parent", "title")


def chosen(runs: Sequence[RunSummary], order: str, wanted: str) -> tuple[RunSummary, ...]:
    """Those that have every word of `wanted` in one of their texts, whatever its case; in order, the newer first."""
    words = wanted.casefold().split()
    found = [run for run in runs if all(word in _text(run) for word in words)]
    return tuple(sorted(found, key=ORDERS[order]))


def cells(run: RunSummary, marked: Collection[str]) -> list[Text]:
    """A run's row; one that is marked has its glyph in front."""
    name = clean(run.about.label, 24) or clean(run.name)
    texts = (
        f"{liveries([run.name])[run.name].marker}●" if run.name in marked else "  ",
        name,
        f"{STATUS_SIGNS[run.status]} {run.status}",
        percent(run.best_dev_error),
        sparkline(run.spark),
        when(run.created),
        f"{count(run.iteration)}/{count(run.iterations)}" if not run.fault else "–",
        clean(run.about.parent, 24),
        clean(run.fault or run.title, 60),
    )
    return [Text(text, justify="right" if column in (3, 6) else "left") for column, text in enumerate(texts)]


def about(run: RunSummary) -> str:
    """All that is said of a run, in two lines."""
    label = f" “{clean(run.about.label)}”" if run.about.label else ""
    parent = f" · from {clean(run.about.parent)}" if run.about.parent else ""
    return f"{clean(run.name)}{label}{parent} · {clean(run.fault or run.title)}\n{clean(run.about.note)}"


def _text(run: RunSummary) -> str:
    parts = (run.name, run.title, run.status, run.fault, run.about.parent, run.about.label, run.about.note)
    return "\n".join(parts).casefold()
