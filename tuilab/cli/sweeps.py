"""The command sweeps, and a sweep followed to its end: what its trials came to."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from tuilab.cli import completion
from tuilab.cli.options import Json, the_lab
from tuilab.errors import BadInput
from tuilab.text import is_screen

if TYPE_CHECKING:
    from tuilab.lab import Lab
    from tuilab.lab.sweep_view import SweepView

PACE = 0.25
"""Seconds between two looks at a sweep; more where a look takes long."""


def list_sweeps(
    name: Annotated[
        str,
        typer.Argument(metavar="[SWEEP]", help="One sweep, with its best trials.", autocompletion=completion.sweeps),
    ] = "",
    save: Annotated[
        str, typer.Option(metavar="NAME", help="Save its best as a preset of your own.", show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    """List the sweeps, newest first; or show the best trials of one, and once it is over what is known of the best."""
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.sweep import sweeps_text

    lab = the_lab()
    sweeps = lab.sweeps
    if name:
        view = sweeps.look(name)
        _show(lab, view, json=json)
        if save:
            lab.save_preset(save, view.best_experiment)
            print(f"tuilab run {save} trains it again", file=sys.stderr)
    elif save:
        raise BadInput("say of which sweep", path="--save")
    else:
        summaries = sweeps.summaries()
        typer.echo(as_json(summaries) if json else sweeps_text(summaries))


def follow_sweep(
    lab: "Lab",
    name: str,
    *,
    json: bool,
    stop: bool,
    plain: bool = False,
    rest: Callable[[float], None] = time.sleep,
) -> int:
    """Follows a sweep to its end and prints its best trials; the first signal stops it if `stop`.

    `plain`: what its pictures show is told in sentences as it changes. `rest` passes the time between two looks.
    """
    from tuilab.cli.progress import signals

    with signals() as caught:
        view = _to_the_end(lab, name, caught, stop, _News() if plain and not json else None, rest)
    _show(lab, view, json=json)
    if caught:
        return 128 + caught[0]
    return 1 if view.failed else 0


def _show(lab: "Lab", view: "SweepView", *, json: bool) -> None:
    """Prints the best trials, and what is known of the best one once there will be no other."""
    from tuilab.lab.export import as_json
    from tuilab.lab.sentences.sweep import sweep_object, sweep_text
    from tuilab.lab.sentences.winner import winner_sentences
    from tuilab.lab.winner import winner

    found = winner(lab, view) if view.status == "done" and view.ranked else None
    if json:
        typer.echo(as_json({**sweep_object(view), "winner": found}))
    else:
        typer.echo("\n".join([sweep_text(view), *(winner_sentences(found) if found else ())]))


class _News:
    """Says what the pictures of a sweep show, each sentence once, until another takes its place."""

    def __init__(self) -> None:
        self._said: list[str] = []

    def say(self, view: "SweepView") -> None:
        """Prints what is new."""
        from tuilab.lab.pictures import of_sweep
        from tuilab.lab.sentences.pictures import shown_sentences

        with suppress(BadInput):  # of too few trials there are none
            said = shown_sentences(of_sweep(view))
            for sentence in said:
                if sentence not in self._said:
                    typer.echo(sentence)
            self._said = said


def _to_the_end(
    lab: "Lab", name: str, caught: list[int], stop: bool, told: _News | None, rest: Callable[[float], None]
) -> "SweepView":
    from tuilab.cli.progress import stall_teller
    from tuilab.lab.sentences.sweep import progress_text

    said, due, asked, tell_stall = "", 0.0, False, stall_teller(lab)
    while True:
        start = time.monotonic()
        view = lab.sweeps.look(name)
        text = f"{view.name}: {progress_text(view)}"
        over = view.status in ("done", "stopped")
        if text != said and (over or time.monotonic() >= due):
            said, due = text, time.monotonic() + (1.0 if is_screen(sys.stderr) else 10.0)
            print(text, file=sys.stderr, flush=True)
            if told:
                told.say(view)
        if over:
            return view
        tell_stall()
        if caught and stop and not asked:
            asked = True
            lab.sweeps.stop(name)
        elif len(caught) > asked:
            raise KeyboardInterrupt
        rest(max(PACE, 5 * (time.monotonic() - start)))
