"""The table of runs: what it shows, in which order, and which of them. Pure."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from tuilab.lab import RunSummary
from tuilab.lab.sentences.run import STATUS_SIGNS
from tuilab.lab.summary import SPARKS
from tuilab.text import clean
from tuilab.ui.figures.livery import liveries
from tuilab.ui.panels.long_table import TitledColumn
from tuilab.words import count, percent, sparkline, when

NAME, TITLE = 24, 60
"""Characters of a label, a name or a parent, and of a title, that a row shows."""
_WORST = float("inf")

ORDERS: dict[str, Callable[[RunSummary], Any]] = {
    "newest": lambda run: -run.created,
    "best dev error": lambda run: _WORST if run.best_dev_error is None else run.best_dev_error,
    "name": lambda run: _name(run).casefold(),
    "status": lambda run: run.status,
    "title": lambda run: run.title.casefold(),
    "parent": lambda run: (not run.about.parent, run.about.parent),
    "iterations": lambda run: -run.iteration,
}
"""What a list can be ordered by, and the key."""
_STATUS = 2 + max(map(len, STATUS_SIGNS))


def chosen(runs: Sequence[RunSummary], order: str, wanted: str) -> tuple[RunSummary, ...]:
    """Those that have every word of `wanted` in one of their texts, whatever its case; in order, the newer first."""
    words = wanted.casefold().split()
    found = [run for run in runs if _has(_text(run), words)] if words else runs
    return tuple(sorted(found, key=ORDERS[order]))


def columns(runs: Sequence[RunSummary]) -> tuple[TitledColumn, ...]:
    """The columns of a table of `runs`, each as wide as what is in it may be."""
    names = max((len(_name(run)) for run in runs), default=0)
    parents = max((len(run.about.parent) for run in runs), default=0)
    digits = max((len(_iterations(run)) for run in runs), default=0)
    return (
        TitledColumn("", 2),
        TitledColumn("run", max(3, min(names, NAME))),
        TitledColumn("status", _STATUS),
        TitledColumn("best dev", 8, right=True),
        TitledColumn("cost", SPARKS),
        TitledColumn("when", 11),
        TitledColumn("iteration", max(9, digits), right=True),
        TitledColumn("parent", max(6, min(parents, NAME))),
        TitledColumn("title", TITLE),
    )


def cells(run: RunSummary, marked: Collection[str]) -> tuple[str, ...]:
    """A run's row; one that is marked has its glyph in front."""
    return (
        f"{liveries([run.name])[run.name].marker}●" if run.name in marked else "  ",
        clean(_name(run), NAME),
        f"{STATUS_SIGNS[run.status]} {run.status}",
        percent(run.best_dev_error),
        sparkline(run.spark),
        when(run.created),
        _iterations(run),
        clean(run.about.parent, NAME),
        clean(run.fault or run.title, TITLE),
    )


def about(run: RunSummary) -> str:
    """All that is said of a run, in two lines."""
    label = f" “{clean(run.about.label)}”" if run.about.label else ""
    parent = f" · from {clean(run.about.parent)}" if run.about.parent else ""
    return f"{clean(run.name)}{label}{parent} · {clean(run.fault or run.title)}\n{clean(run.about.note)}"


def _name(run: RunSummary) -> str:
    return run.about.label or run.name


def _iterations(run: RunSummary) -> str:
    return f"{count(run.iteration)}/{count(run.iterations)}" if not run.fault else "–"


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def _text(run: RunSummary) -> str:
    parts = (run.name, run.title, run.status, run.fault, run.about.parent, run.about.label, run.about.note)
    return "\n".join(parts).casefold()
