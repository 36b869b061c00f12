"""What is said of a sweep: its best points, what may be better still, how far it is."""

import shlex
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import structs

from tuilab.lab.comparison import knob_name
from tuilab.lab.sentences.pictures import BY_CHANCE
from tuilab.lab.sweep_view import GIVEN_UP, OVER, HeldTrials, SweepSummary, SweepView
from tuilab.search import Candidate, Edge, Search
from tuilab.text import clean
from tuilab.words import count, last_sign, listed, percent, plural
from tuilab.words.table import aligned

SHOWN = 10
"""Points that a table has."""
LONGEST = 60
"""Characters of what a knob is varied over."""
_WORDS = {
    **{status: status for status in OVER},
    **dict.fromkeys(GIVEN_UP, "failed"),
    **{status: status for status in ("running", "starting", "stopping", "paused")},
    "no progress": "without progress",
    "stopped": "stopped",
    "not readable": "not readable",
    "left": "left",
}
"""What a line calls the trials of each status, in its order."""


def sweep_text(view: SweepView) -> str:
    """The best points as a table, and what is to be known of it."""
    best = view.ranked
    lines = [f"{view.name}  {clean(view.base.name)}: {progress_text(view)}"]
    if best:
        lines += aligned(_rows(view, best[:SHOWN]))
    else:
        yet = "" if view.status == "done" else " yet"
        lines.append(f"No trial has come to its end with a dev error{yet}.")
    lines += sweep_sentences(view)
    return "\n".join(lines)


def sweep_sentences(view: SweepView, *, commands: bool = True) -> list[str]:
    """What is to be known besides the table, in whole sentences; with the commands that help."""
    lines = [_edge_text(view, one, commands=commands) for one in view.edges]
    lines += [held_text(view.name, one) for one in view.held]
    if view.beyond:
        lines.append(beyond_text(view.name, view.beyond))
    if diverged := view.states.get("diverged", 0):
        lines.append(f"{plural(diverged, 'trial')} diverged, which is a result.")
    if pruned := view.states.get("pruned", 0):
        lines.append(f"{plural(pruned, 'trial')} stopped early for being worse than half of the others; each says why.")
    if failed := view.failed:
        verb = "was" if len(failed) == 1 else "were"
        lines.append(f"{plural(len(failed), 'trial')} failed and {verb} given up: {listed(failed)}.")
    if said := untrained_text(view):
        lines.append(said)
    if commands and view.status == "stopped":
        lines.append(f"tuilab sweep {view.name} goes on with it.")
    if commands and (best := view.ranked):
        lines.append(f"tuilab open --run {best[0].best.name} shows the best.")
    return lines


def untrained_text(view: SweepView) -> str:
    """That a sweep waits for workers that somebody has to start, if it does."""
    if view.status != "waiting" or view.search.workers != "asked":
        return ""
    return f"Nobody trains what is left: tuilab sweep work {view.name} does, or tuilab sweep {view.name} --cluster."


def held_text(sweep: str, held: HeldTrials) -> str:
    """Trials of a host that may be gone, and the way out."""
    number = len(held.runs)
    verb = "is" if number == 1 else "are"
    return (
        f"{plural(number, 'trial')} of {sweep} {verb} held by {held.host}, {last_sign(held.silence)}. "
        f"If it is gone: tuilab sweep {sweep} --take {shlex.quote(held.host)}"
    )


def beyond_text(sweep: str, beyond: int) -> str:
    """That there are runs among a sweep's trials of which nothing is known."""
    return f"{plural(beyond, 'run')} in the folder of {sweep} were not looked at: so many it has never asked for."


def varied_text(search: Search) -> str:
    """`λ over log:0.001..1000, keep_prob over 0.5..1`."""
    return ", ".join(f"{knob_name(one.path)} over {_range(one.text)}" for one in search.space)


def progress_text(view: SweepView) -> str:
    """`64 trials: 10 done, 2 diverged, 2 running, 50 left; best dev 3.51 %`, or `64 trials, stopped: …`."""
    words = _WORDS | ({"stopped": "begun"} if view.status == "stopped" else {})
    numbers = Counter[str]()
    for status, word in words.items():
        numbers[word] += view.states.get(status, 0)
    told = [f"{count(number)} {word}" for word, number in numbers.items() if number]
    if len(told) == 1 < view.planned:
        told = ["none begun" if "left" in view.states else f"all {told[0].partition(' ')[2]}"]
    best, mean = view.ranked, "mean dev" if view.search.seeds > 1 else "dev"
    end = f"; best {mean} {percent(best[0].dev)}" if best else ""
    stopped = ", stopped" if view.status == "stopped" else ""
    return f"{plural(view.planned, 'trial')}{stopped}: {', '.join(told)}{end}"


def sweeps_text(summaries: Sequence[SweepSummary]) -> str:
    """The list of sweeps as aligned columns."""
    rows = [("SWEEP", "STATUS", "WHEN", "TRIALS", "BEST DEV", "OVER", "TITLE")]
    for one in summaries:
        when = datetime.fromtimestamp(one.created).strftime("%Y-%m-%d %H:%M")
        trials = "–" if one.fault else f"{count(one.done)}/{count(one.planned)}"
        over = ", ".join(path.rpartition(".")[2] for path in one.over)
        rows.append((one.name, one.status, when, trials, percent(one.dev_error), over, one.fault or one.title))
    held = [held_text(one.name, trials) for one in summaries for trials in one.held]
    beyond = [beyond_text(one.name, one.beyond) for one in summaries if one.beyond]
    return "\n".join([*aligned(rows), *held, *beyond])


def sweep_object(view: SweepView) -> dict[str, Any]:
    """A sweep as plain values, for `--json`."""
    return {
        "sweep": view.name,
        "status": view.status,
        "planned": view.planned,
        "states": view.states,
        "search": structs.asdict(view.search),
        "best": [
            {"point": one.point, "dev_error": one.dev, "runs": [result.name for result in one.results]}
            for one in view.ranked
        ],
        "edges": view.edges,
        "failed": view.failed,
        "held": view.held,
        "trials": view.results,
    }


def _range(text: str) -> str:
    """What a knob is varied over; of many numbers both ends, for the best may lie at either, and there they grow."""
    said, values = clean(text), text.split(", ")
    if len(said) > LONGEST and "[" not in said and len(values) > 4:
        said = clean(", ".join([*values[:2], "…", *values[-2:]]))
    return clean(said, LONGEST)


def _edge_text(view: SweepView, edge: Edge, *, commands: bool) -> str:
    """Where the best lies, and what goes beyond that; of a knob that may not matter it is offered, not advised."""
    said = next(one.text for one in view.space if one.path == edge.path)
    place = f"The best {knob_name(edge.path)}, {clean(edge.value, 60)}, lies at the {edge.end} end of {_range(said)}"
    wider = f"tuilab sweep {view.name} --over {shlex.quote(f'{edge.path}={edge.wider}')}"
    if edge.by_chance:
        return f"{place}, {BY_CHANCE}." + (f" {wider} looks further." if commands else "")
    return f"{place}: " + (f"widen it, {wider}" if commands else "x widens it.")


def _rows(view: SweepView, best: Sequence[Candidate]) -> list[tuple[str, ...]]:
    """The points with their errors; of several seeds the mean, and the lowest and the highest."""
    several = view.search.seeds > 1
    paths = list(view.search.over)
    rows = [(*map(knob_name, paths), "DEV ERROR", *(["OF SEEDS"] if several else []), "RUN")]
    for one in best:
        errors = [result.dev for result in one.results if result.dev is not None]
        spread = [_spread(errors, view.search.seeds)] if several else []
        values = (clean(one.point.get(path) or "–", 40) for path in paths)
        rows.append((*values, percent(one.dev), *spread, one.best.name))
    return rows


def _spread(errors: Sequence[float], seeds: int) -> str:
    """`3.5 % to 4.2 %`, and of how many seeds if some are lacking."""
    known = f"{len(errors)} of {seeds}" if len(errors) < seeds else ""
    between = f"{percent(min(errors))} to {percent(max(errors))}" if len(errors) > 1 else ""
    return ", ".join(part for part in (between, known) if part)
