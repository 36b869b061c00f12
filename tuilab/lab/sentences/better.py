"""Whether one of two runs is better, in a sentence or two."""

from collections.abc import Sequence

from tuilab.lab.watching import Snapshot
from tuilab.text import clean
from tuilab.training.better import FEWEST_SEEDS, MANY, Better
from tuilab.training.telltale import telltale_text
from tuilab.words import count, listed, number, percent, plural, quantity


def doubts_text(runs: Sequence[Snapshot]) -> str:
    """What takes from a comparison of runs: those that did not come to their end, columns that say the label."""
    telltales = dict.fromkeys(name for run in runs if run.view.started for name in run.view.started.telltales)
    return " ".join(filter(None, [_cut_short(runs), telltale_text(list(telltales))]))


def _cut_short(runs: Sequence[Snapshot]) -> str:
    """Which of the runs that were compared did not come to their end; empty if all did."""
    short = [run for run in runs if run.status != "done"]
    if not short:
        return ""
    named = listed([f"{run.name} ({run.status} at iteration {count(run.view.iteration)})" for run in short], 3)
    are, they = ("is", "it") if len(short) == 1 else ("are", "they")
    return f"{named} {are} not done: compared is what {they} had come to."


def better_text(known: Better, first: str, second: str) -> str:
    """What is known of two runs called so; which one is better, or that nothing shows it."""
    difference, (low, high) = known.difference, known.interval
    if difference < 0:  # told of the better one
        difference, low, high = -difference, -high, -low
    winner, loser = (clean(second), clean(first)) if known.difference >= 0 else (clean(first), clean(second))
    method = "Student's t" if known.seeds > 1 else "Newcombe, class by class" if known.balanced else "Newcombe"
    if known.carried is not None and known.seeds == 1:
        method = "Student's t" if known.dev == "same" else "Welch's t"
    points, interval = _points(difference), f"{_points(low)} to {_points(high)} at 95 %, {method}"
    how, error = _how(known, winner, loser), "balanced error" if known.balanced else "error"
    doubt = _doubt(known)
    if known.shown:
        only = "" if known.seeds > 1 else " Of these two runs alone: other seeds may tell otherwise."
        if known.dev == "redrawn":
            only = " So it is with these data, split anew by each seed; new data may tell otherwise."
        return f"{winner} is better on dev: {points} points less {error} ({interval}); {how}.{only}{doubt}"
    needed = "" if known.smallest is None else _needed(known)
    of = f" of {error}" if known.balanced else ""
    return f"No difference that {_what(known)} can show: {points} points{of} ({interval}); {how}.{needed}{doubt}"


def _doubt(known: Better) -> str:
    """Where the interval of squared errors, or of groups, holds less often than it says."""
    few, some = min(known.examples), "groups" if known.grouped else "squared errors"
    if not known.doubted or known.p == 1:
        return ""
    if few < MANY:
        return f" In doubt: {_examples(known, few)} are few for {some}, of which one may be large."
    return f" In doubt: a few large {some} make most of what it varies by; the interval may be too narrow."


def _examples(known: Better, number: int, of: str = "dev examples") -> str:
    return f"{count(number)} {'groups of ' * known.grouped}{of}"


def _figures(known: Better) -> list[list[str]]:
    """R² and RMSE with what they are, of either, the better one first."""
    names = ("first", "second") if known.difference < 0 else ("second", "first")
    told = []
    for name, word, written in (("r_squared", "R²", _rounded), ("rmse", "RMSE", quantity)):
        values = [known.figures[name][one] for one in names] if name in known.figures else [None]
        if None not in values:
            (better, worse) = (written(one) for one in values if one is not None)
            told.append([f"{word} {better}", worse])
    return told


def _against(figures: Sequence[Sequence[str]], *called: str) -> str:
    """`R² 0.83 of a against 0.8 of b, RMSE 2 against 3`: whose they are is said of the first."""
    first = [[f"{figure} of {name}" for figure, name in zip(pair, called, strict=True)] for pair in figures[:1]]
    return ", ".join(" against ".join(pair) for pair in [*first, *figures[1:]])


def _rounded(value: float) -> str:
    return number(value, 4)


def _needed(known: Better) -> str:
    """What could show a difference: no share of the examples is above 1."""
    smallest = known.smallest or 0.0
    if smallest <= 1 or known.alone is None:
        return f" It would take {_points(smallest)} points."
    return f" It would take {count(round(smallest * known.examples[0]))} examples or more that one alone gets right."


def better_line(known: Better) -> str:
    """What is known of a child beside its parent, in a few words."""
    low, high = known.interval if known.difference >= 0 else (-known.interval[1], -known.interval[0])
    interval = f"({_points(low)} to {_points(high)} at 95 %)"
    if not known.shown:
        return f"no difference that {_what(known)} can show"
    word, others = "better" if known.difference > 0 else "worse", ", on other examples" if known.dev != "same" else ""
    on = "dev, balanced," if known.balanced else "dev"
    return f"{on} {word} by {_points(abs(known.difference))} points {interval}{others}"


def _what(known: Better) -> str:
    if known.seeds > 1:
        return plural(known.seeds, "seed") + (" on this dev set" if known.dev == "same" else "")
    return "this dev set" if known.dev == "same" else "these dev sets"


def _how(known: Better, winner: str, loser: str) -> str:
    figures = _figures(known)
    if known.seeds > 1:
        means = _against([[percent(error) for error in sorted(known.errors)], *figures], winner, loser)
        on = f" on the same {_examples(known, known.examples[0])}" if known.dev == "same" else ""
        return f"mean of {plural(known.seeds, 'seed')}{on} {means}, differences seed by seed, {_p(known)}"
    told = _against(figures, winner, loser)
    if known.dev != "same":
        examples = f"{count(known.examples[0])} and {_examples(known, known.examples[1], 'examples')}"
        sets = f"different dev sets, of {examples}; {FEWEST_SEEDS} seeds of each say more"
        return "; ".join(filter(None, [told, sets]))
    if known.alone is None:
        return "; ".join(filter(None, [told, f"{_examples(known, known.examples[0])}, {_p(known)}"]))
    few, many = sorted(known.alone)
    told = (
        f"of {count(known.examples[0])} dev examples {count(many)} only {winner} gets right, {count(few)} only {loser}"
    )
    return told if known.p is None else f"{told}; McNemar's exact test, {_p(known)}"


def _p(known: Better) -> str:
    p, of = known.p, f", of the best of {count(known.looks)}" if known.looks > 1 else ""
    if p is None:
        return ""
    return ("p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}") + of


def _points(share: float) -> str:
    return f"{100 * share + 0.0:.2f}"
