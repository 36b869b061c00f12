"""The few examples that make most of a regression's error, as outliers in the target do.

An outlier is off by more than six σ of the others, σ taken from the median, which the few do not move: 1.4826 times
the median of |z − y| (F. R. Hampel, "The influence curve and its role in robust estimation", 1974). Of normal errors
none is in half a billion.
"""

import numpy as np

from tuilab.arrays import Array
from tuilab.data.row_numbers import SourceRows, file_name
from tuilab.events import Outliers, example_of
from tuilab.events.figures import MOST_TOLD
from tuilab.words import count, percent

FAR = 6 * 1.4826
"""Times the median of the absolute errors."""
MOST = 0.5
"""Of a part's error."""
FEWEST = 10
"""Outliers of which fewer tell little of how large others are: of 75 rows, one in twenty off by an amount that is
spread exponentially, 11 intervals of 50 missed what endless such rows give, of 300 rows none.

No interval of a mean holds whatever the rows are like, if a rare one may be as large as it likes (R. R. Bahadur and
L. J. Savage, "The nonexistence of certain statistical procedures in nonparametric problems", 1956): so it is said."""


def outliers(errors: Array, targets: Array, rows: SourceRows | None = None) -> Outliers | None:
    """Those of squared errors (m,) of these targets (m,), in their units, and `rows`; None where there are none.

    Nothing is far beside errors of 0, which half of the examples have where they were learned by heart.
    """
    near = FAR**2 * np.median(errors)
    places = np.flatnonzero(errors > near)
    total = float(errors.sum())
    if not near or not len(places) or not np.isfinite(total):
        return None
    worst = places[np.argsort(-errors[places], kind="stable")][:MOST_TOLD]
    theirs = float(errors[places].sum())
    return Outliers(
        examples=len(places),
        share=min(1.0, theirs / total),
        others=float(errors[errors <= near].mean()),
        targets=tuple(targets[worst].tolist()),
        file=rows.file if rows else "",
        rows=tuple(row for row in map(rows.row, worst.tolist()) if isinstance(row, int)) if rows else (),
    )


def outliers_text(one: Outliers, examples: int | None, part: str) -> str:
    """Of the few of so many `examples` of a part, for a person."""
    of = "" if examples is None else f" of {count(examples)}"
    verb, rows = ("makes", "Is that row") if one.examples == 1 else ("make", "Are those rows")
    first = "first " if one.examples > len(one.rows) else ""
    where = f" ({first}{', '.join(map(str, one.rows))} of {file_name(one.file)})" if one.rows else ""
    unknown = " More rows may hold larger ones, of which no interval here knows." if one.examples < FEWEST else ""
    what = f"{count(one.examples)}{of} {example_of(part)}{'' if one.examples == 1 and not of else 's'}"
    return (
        f"Outliers: {what} {verb} {100 * one.share:.0f} % of the {part} error; that of the others is "
        f"{percent(one.others)}. {rows} right{where}?{unknown}"
    )


def makes_most(one: Outliers | None) -> bool:
    """Whether most of a part's error is theirs."""
    return one is not None and one.share > MOST
