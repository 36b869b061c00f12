"""The table of runs: what it shows, in which order, and which of them. Pure."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from tuilab.lab import RunSummary
from tuilab.lab import filter as filters
from tuilab.lab.apart import Trait, order
from tuilab.lab.comparison import knob_name
from tuilab.lab.sentences.run import STATUS_SIGNS
from tuilab.lab.summary import SPARKS
from tuilab.text import clean
from tuilab.ui.figures.livery import liveries
from tuilab.ui.panels.long_table import TitledColumn
from tuilab.words import count, percent, sparkline, when

NAME, TITLE, VALUE = 24, 60, 16
"""Characters of a label, a name or a parent, of a title, and of a knob's value, that a row shows."""
KNOBS = 8
"""Of those that differ the table shows so many."""
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


def wanted(runs: Sequence[RunSummary], text: str) -> tuple[RunSummary, ...]:
    """Those that fit the expression `text`, or have each of its words in one of their texts, whatever its case.

    Raises `BadInput` for an expression that is none.
    """
    if filters.is_expression(text):
        return tuple(filter(filters.parse(text), runs))
    words = text.casefold().split()
    return tuple(run for run in runs if _has(_text(run), words)) if words else tuple(runs)


def ordered(runs: Sequence[RunSummary], by: str) -> tuple[RunSummary, ...]:
    """Those in order of one of `ORDERS`, or of a knob; of equals the newer first."""
    return tuple(sorted(runs, key=ORDERS[by]) if by in ORDERS else order(by)(runs))


def columns(runs: Sequence[RunSummary], apart: Sequence[Trait] = ()) -> tuple[TitledColumn, ...]:
    """The columns of a table of `runs`, each as wide as what is in it may be; of knobs those that tell them `apart`."""
    names = max((len(_name(run)) for run in runs), default=0)
    parents = max((len(run.about.parent) for run in runs), default=0)
    digits = max((len(_iterations(run)) for run in runs), default=0)
    seconds = max((len(f"{run.seconds:.1f}") for run in runs), default=0)
    return (
        TitledColumn("", 2),
        TitledColumn("run", max(3, min(names, NAME))),
        TitledColumn("status", _STATUS),
        TitledColumn("best dev", 8, right=True),
        *(_knob_column(runs, one) for one in apart),
        *(TitledColumn(part, 8, right=True) for part in ("train", "dev", "test")),
        TitledColumn("seconds", max(7, seconds), right=True),
        TitledColumn("cost", SPARKS),
        TitledColumn("when", 11),
        TitledColumn("iteration", max(9, digits), right=True),
        TitledColumn("parent", max(6, min(parents, NAME))),
        TitledColumn("title", TITLE),
    )


def cells(run: RunSummary, marked: Collection[str], apart: Sequence[Trait] = ()) -> tuple[str, ...]:
    """A run's row; one that is marked has its glyph in front."""
    return (
        f"{liveries([run.name])[run.name].marker}●" if run.name in marked else "  ",
        clean(_name(run), NAME),
        f"{STATUS_SIGNS[run.status]} {run.status}",
        percent(run.best_dev_error),
        *(clean(one.text(run), VALUE) for one in apart),
        percent(run.train_error),
        percent(run.dev_error),
        percent(run.test_error),
        f"{run.seconds:.1f}" if not run.fault else "–",
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


def _knob_column(runs: Sequence[RunSummary], one: Trait) -> TitledColumn:
    title = clean(knob_name(one.name), VALUE)
    widest = max(map(len, {one.text(run) for run in runs}))
    return TitledColumn(title, max(len(title), min(widest, VALUE)), right=True)


def _name(run: RunSummary) -> str:
    return run.about.label or run.name


def _iterations(run: RunSummary) -> str:
    return f"{count(run.iteration)}/{count(run.iterations)}" if not run.fault else "–"


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def _text(run: RunSummary) -> str:
    parts = (run.name, run.title, run.status, run.fault, run.about.parent, run.about.label, run.about.note)
    return "\n".join(parts).casefold()
