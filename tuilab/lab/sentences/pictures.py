"""What the pictures of some trials show, in sentences."""

from collections.abc import Sequence

import numpy as np

from tuilab.lab.best_curves import BEST, LearningCurve
from tuilab.lab.comparison import among_others, knob_name
from tuilab.lab.pictures import SweepPictures
from tuilab.search.pictures import LEAST, PERMUTATIONS, HeatMap, Isolated
from tuilab.text import clean
from tuilab.words import count, percent, plural
from tuilab.words.table import aligned

ENOUGH = 0.05
"""Of the best error: what half of the trials would have missed, without seeds to tell what is noise."""
BY_CHANCE = "maybe by chance: nothing shows that it matters"
"""Of a best value at an edge."""
METHOD = f"Kelley's ε² of ranks, {PERMUTATIONS} permutations; what knobs do together is not in it"


def pictures_text(seen: SweepPictures) -> str:
    """All of it for the command line."""
    lines = [f"{seen.name}: {counted(seen)}.", *shown_sentences(seen)]
    if seen.curves:
        lines += ["", *curves_text(seen.curves)]
    for one in seen.isolated:
        lines += ["", *isolated_text(one)]
    if seen.heat is not None:
        lines += ["", *heat_text(seen.heat)]
    return "\n".join(lines)


def shown_sentences(seen: SweepPictures) -> list[str]:
    """All that can be said without a table."""
    return [
        best_text(seen),
        *edges_text(seen),
        *importance_text(seen),
        enough_text(seen),
        best_few_text(seen),
    ]


def counted(seen: SweepPictures) -> str:
    """`64 trials of 16 points over λ and keep_prob, 2 diverged`."""
    names = [knob_name(one.scale.path) for one in seen.against]
    over = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    points = f"{plural(len(seen.candidates), 'point')} with a dev error"
    diverged = f", {count(seen.diverged)} diverged" if seen.diverged else ""
    return f"{plural(seen.trials, 'trial')}, {points}, over {over}{diverged}"


def best_text(seen: SweepPictures) -> str:
    """The best point; that it was chosen is in its error."""
    best = seen.best
    point = ", ".join(f"{knob_name(path)} {among_others(text)}" for path, text in best.point.items())
    errors = [one.dev for one in best.results if one.dev is not None]
    seeds = f" of {len(errors)} seeds, {percent(min(errors))} to {percent(max(errors))}," if len(errors) > 1 else ""
    return (
        f"Best dev error {percent(best.dev)}{seeds} at {point} ({best.best.name}); "
        f"it is the best of {count(len(seen.candidates))}, which flatters it."
    )


def edges_text(seen: SweepPictures, path: str = "") -> list[str]:
    """Where the best may lie outside of what was tried; of the knob at `path` alone where one is named."""
    return [
        f"The best {knob_name(one.path)}, {clean(one.value, 40)}, lies at the {one.end} edge of what was tried"
        f"{f', {BY_CHANCE}' if one.by_chance else ': widen'}."
        for one in seen.edges
        if path in ("", one.path)
    ]


def importance_text(seen: SweepPictures) -> list[str]:
    """What each knob explains alone, and by which method; that few points prove nothing."""
    if len(seen.candidates) < LEAST:
        return [f"{plural(len(seen.candidates), 'point')} prove nothing of importance: it takes {LEAST}."]
    told = [
        f"{knob_name(one.path)} {100 * one.share:.0f} %{'' if one.proven else ' (no more than chance)'}"
        for one in seen.importance
    ]
    return [f"Of the differences in dev error alone explain: {', '.join(told)}. ({METHOD}.)"]


def enough_text(seen: SweepPictures) -> str:
    """Whether more trials would find better ones, by what half of them would have missed."""
    if len(seen.candidates) < LEAST:
        return f"Sampled enough? {plural(len(seen.candidates), 'point')} cannot tell: it takes {LEAST}."
    gain, noise = seen.best_of.gain, seen.noise
    missed = f"Sampled enough? Half as many would have found a best that is {percent(gain)} worse on average"
    if noise is not None:
        of = f"(σ {percent(noise)} of a mean of {len(seen.best.results)})"
        if gain <= noise:
            return f"{missed}, which is within what other seeds change {of}: enough."
        return f"{missed}, more than other seeds change {of}: more may find better."
    if gain <= ENOUGH * seen.best.dev:
        return f"{missed}, at most a twentieth of the best: enough."
    return f"{missed}, more than a twentieth of the best: more may find better, or luckier: seeds tell."


def best_few_text(seen: SweepPictures) -> str:
    """`The best 5 of 64 have λ from 0.1 to 0.5 of 0.001 to 10, …`: what the bright lines across the knobs show."""
    few = min(BEST, len(seen.parallel.lines))
    parts = []
    for scale, (low, high), shares in zip(
        seen.parallel.scales, seen.parallel.ends, seen.parallel.lines.T, strict=False
    ):
        at = low + (high - low) * shares[:few]
        if scale.names:
            told = " or ".join(dict.fromkeys(among_others(scale.value(place)) for place in sorted(at.tolist())))
            parts.append(f"{knob_name(scale.path)} {told}")
        else:
            least, most = clean(scale.value(float(at.min())), 40), clean(scale.value(float(at.max())), 40)
            same = least == most
            parts.append(f"{knob_name(scale.path)} {least}{'' if same else f' to {most}'}")
    return f"The best {few} of {count(len(seen.parallel.lines))} have {', '.join(parts)}."


def short_values(seen: SweepPictures, point: dict[str, str]) -> list[str]:
    """The values of a point in three figures, the most important knob first."""
    scales = [one.scale for one in seen.against]
    return [among_others(scale.value(scale.place(point[scale.path]))) for scale in scales]


def ranks_text(seen: SweepPictures) -> str:
    """Which points the learning curves are of, and that they are of one seed each."""
    names = [knob_name(one.scale.path) for one in seen.against]
    points = [map(" ".join, zip(names, short_values(seen, one.point), strict=True)) for one in seen.curves]
    told = "; ".join(f"{number}: {', '.join(point)}" for number, point in enumerate(points, 1))
    return f"{told}. Each of its best seed."


def curves_text(curves: Sequence[LearningCurve]) -> tuple[str, ...]:
    """A table: the learning curves of the best points, where each dev error is lowest and where it ends."""
    rows = [("best", "dev at the end", "lowest", "at iteration", "train at the end", "point")]
    for number, one in enumerate(curves, 1):
        measured = np.flatnonzero(np.isfinite(one.dev))
        if not len(measured):
            continue
        least, last = measured[np.argmin(one.dev[measured])], measured[-1]
        point = ", ".join(f"{knob_name(path)} {among_others(text)}" for path, text in one.point.items())
        ends = percent(float(one.dev[last])), percent(float(one.dev[least])), count(int(one.iteration[least]))
        rows.append((str(number), *ends, percent(float(one.train[last])), point))
    return aligned(rows, "rrrrrl")


def isolated_text(one: Isolated) -> tuple[str, ...]:
    """A table: the best dev error for each value of a knob."""
    best = int(np.argmin(one.dev))
    rows = [(knob_name(one.scale.path), "best dev", "points", "")]
    for place, (x, dev, points) in enumerate(zip(one.x.tolist(), one.dev.tolist(), one.points.tolist(), strict=True)):
        rows.append((clean(one.scale.value(x), 40), percent(dev), count(points), "the best" if place == best else ""))
    return aligned(rows, "rrrl")


def heat_text(seen: HeatMap) -> tuple[str, ...]:
    """A table: the best dev error by two knobs, the higher values of the second on top."""
    across = [clean(seen.across.value(x), 12) for x in seen.columns.tolist()]
    rows: list[Sequence[str]] = [(f"{knob_name(seen.up.path)} \\ {knob_name(seen.across.path)}", *across)]
    for y, line in zip(seen.rows.tolist()[::-1], seen.dev.tolist()[::-1], strict=True):
        rows.append((clean(seen.up.value(y), 12), *("" if dev != dev else percent(dev) for dev in line)))
    return aligned(rows, "r")
