"""The commands that take hold of a run: pause, resume, set, step, from any terminal."""

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from tuilab.cli import completion
from tuilab.cli.options import RunName, Sets, the_lab
from tuilab.errors import BadInput
from tuilab.text import clean

if TYPE_CHECKING:
    from tuilab.runs import Look

PATIENCE = 5.0
"""Seconds to wait for a trainer to meet a request."""


def pause(name: RunName) -> int:
    """Pause a run; its trainer waits, with everything saved. Exit code 1 if it does not answer within 5 s."""
    control = the_lab().control
    control.pause(name)
    look = _await(name, lambda look: look.status == "paused")
    print(f"{look.status} at iteration {look.view.iteration:,}", file=sys.stderr)
    return 0 if look.status == "paused" else 1


def resume(
    name: RunName,
    iterations: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Train until N iterations in all, also beyond the plan.")
    ] = None,
    sets: Sets = None,
    data_source: Annotated[
        str | None, typer.Option(metavar="PATH", help="Where the run's file of data lies now, if it was moved.")
    ] = None,
    accept_changed_data: Annotated[
        bool, typer.Option("--accept-changed-data", help="Go on although the data have changed since.")
    ] = False,
) -> int:
    """Go on with a run: after a pause, a stop, its end, a kill or a crash, where its newest checkpoint left it.

    After a kill every weight and every point comes out as if nothing had happened. --set changes learning_rate,
    lambd, keep_prob or engine from here on. Exit code 1 if a paused run does not answer within 5 s.
    """
    edits = _edits(sets)
    if iterations is not None:
        edits["optimization.iterations"] = str(iterations)
    if data_source is not None:
        edits["data.source"] = data_source
    print(the_lab().control.resume(name, edits, accept_changed_data=accept_changed_data), file=sys.stderr)
    return int(_await(name, lambda look: look.status != "paused").status == "paused")


def set_value(
    name: RunName,
    edits: Annotated[
        list[str],
        typer.Argument(metavar="path=value…", help="E.g. learning_rate=0.01.", autocompletion=completion.live_settings),
    ],
) -> int:
    """Change learning_rate, lambd or keep_prob of a run while it goes on; a mark on its curves says where.

    Exit code 1 if its trainer does not answer within 5 s: it will when it looks next.
    """
    from tuilab.runs import ACTIVE

    control, asked = the_lab().control, _edits(edits)
    control.set(name, asked)
    look = _await(name, lambda look: control.is_set(name) or look.status not in ACTIVE)
    heard = control.is_set(name)
    told = clean(", ".join(f"{path} = {value}" for path, value in asked.items()))
    how = "set" if heard else "not set yet" if look.status in ACTIVE else "not set"
    print(f"{told} {how}: {look.status} at iteration {look.view.iteration:,}", file=sys.stderr)
    return int(not heard)


def step(name: RunName) -> int:
    """Make a paused run do a single iteration. Exit code 1 if it does not answer within 5 s."""
    control = the_lab().control
    before = control.look(name).view.iteration
    control.step(name)
    look = _await(name, lambda look: look.status != "paused" or look.view.iteration > before)
    print(f"{look.status} at iteration {look.view.iteration:,}", file=sys.stderr)
    return int(look.view.iteration == before)


def _edits(texts: list[str] | None) -> dict[str, str]:
    edits = {}
    for text in texts or []:
        path, equals, raw = text.partition("=")
        if not equals:
            raise BadInput("must be path=value", path=text)
        edits[path.strip()] = raw
    return edits


def _await(name: str, condition: Callable[["Look"], bool]) -> "Look":
    """How the run stands once `condition` holds, or when the patience is at its end."""
    control, deadline = the_lab().control, time.monotonic() + PATIENCE
    while not condition(look := control.look(name)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return look
