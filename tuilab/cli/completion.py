"""What a shell completes: presets, runs, `path=value` of `--set`, formats, names of what runs differ in.

A shell inserts what it is given into its line, zsh by way of `eval`; so of names from outside only those are given that
are plain in every shell, and no texts.

Each function here is given what has been typed of a word, and gives back what it may become, each with a word of help;
the shell keeps those that fit.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from typing import TYPE_CHECKING

import typer

from tuilab.errors import BadInput

if TYPE_CHECKING:
    from tuilab.experiment import Knob

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BASH = {"_TUILAB_COMPLETE": "complete_bash"}


def presets(incomplete: str) -> list[tuple[str, str]]:
    """The names of the presets; where none fits, the shell completes files."""
    from tuilab.presets import Presets
    from tuilab.runs import Store

    with suppress(BadInput, OSError):
        found = Presets(Store().presets).list()
        return _plain((preset.name, "yours" if preset.own else preset.title) for preset in found)
    return []


def runs(incomplete: str) -> list[tuple[str, str]]:
    """The names of the runs, and `last`."""
    from tuilab.runs import Store
    from tuilab.runs.store import LAST

    with suppress(BadInput, OSError):
        return [(LAST, "the newest"), *_plain((name, "") for name in Store().names())]
    return []


def sweeps(incomplete: str) -> list[tuple[str, str]]:
    """The names of the sweeps."""
    from tuilab.queue.sweep import sweeps as all_sweeps
    from tuilab.runs import Store

    with suppress(BadInput, OSError):
        return _plain((sweep.name, "") for sweep in all_sweeps(Store()))
    return []


def settings(incomplete: str) -> list[tuple[str, str]]:
    """The paths of the knobs; of one that is named, or alone fits, its values."""
    from tuilab.experiment import knobs

    return _of_knobs(list(knobs().values()), incomplete)


def live_settings(incomplete: str) -> list[tuple[str, str]]:
    """The same of those that may change while a run goes on."""
    from tuilab.experiment import knobs
    from tuilab.runs.requests import LIVE

    return _of_knobs([knobs()[path] for path in LIVE], incomplete)


def _of_knobs(known: "list[Knob]", incomplete: str) -> list[tuple[str, str]]:
    path, equals, _ = incomplete.partition("=")
    fitting = [knob for knob in known if knob.path == path or (knob.path.startswith(path) and not equals)]
    if len(fitting) == 1:
        return [(f"{fitting[0].path}={value}", fitting[0].help) for value in values(fitting[0])]
    return [(f"{knob.path}=", knob.help) for knob in fitting]


def subjects(incomplete: str) -> list[tuple[str, str]]:
    """Presets and runs."""
    return presets(incomplete) + runs(incomplete)


def swept(incomplete: str) -> list[tuple[str, str]]:
    """What a sweep is made of or goes on with: presets and sweeps."""
    return presets(incomplete) + sweeps(incomplete)


def samplers(incomplete: str) -> list[tuple[str, str]]:
    """The orders in which a sweep tries its points."""
    from tuilab.search import SAMPLERS

    return [(name, "") for name in SAMPLERS]


def views(incomplete: str) -> list[tuple[str, str]]:
    """The views of a run."""
    from typing import get_args

    from tuilab.presets import ViewName

    return [(name, "") for name in get_args(ViewName)]


def turns(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """What the view that is named, or any one, can be turned to."""
    from tuilab.lab.insight import INSIGHTS

    chosen = INSIGHTS.get(context.params.get("view") or "")
    names = [name for one in ([chosen] if chosen else INSIGHTS.values()) for name in one.TURNS]
    return [(f"{name}=", "") for name in dict.fromkeys(names)]


def values(knob: "Knob") -> list[str]:
    """Some of the values that a knob may have: its words, its default, and the next numbers."""
    from tuilab.experiment import GENERATED, SHIPPED

    default = knob.format(knob.default)
    near = [knob.turned(default, up)[0] for up in (False, True)] if knob.steps is not None else []
    words = (*SHIPPED, *GENERATED) if knob.path == "data.source" else knob.words
    texts = (text.replace(", ", ",") for text in (*words, default, *near))
    return list(dict.fromkeys(text for text in texts if " " not in text))


def formats(incomplete: str) -> list[tuple[str, str]]:
    """The formats of an export."""
    from tuilab.ui.figures.exports import KINDS

    return [(name, "") for name in KINDS]


def orders(incomplete: str) -> list[tuple[str, str]]:
    """By what runs can be ordered."""
    from tuilab.lab.apart import traits

    sign = "-" if incomplete.startswith("-") else ""
    return [(f"{sign}{one.short}", one.knob.help if one.knob else "") for one in traits().values()]


@contextmanager
def whole_words() -> Iterator[None]:
    """Where bash asks for completions: it takes `path=value` for three words and replaces only what is behind `=`."""
    if not _BASH.items() <= os.environ.items():
        yield
        return
    words, place = os.environ.get("COMP_WORDS", "").split("\n"), int(os.environ.get("COMP_CWORD", "0"))
    joined, before = rejoined([*words, ""][: place + 1])
    os.environ |= {"COMP_WORDS": "\n".join(joined), "COMP_CWORD": str(len(joined) - 1)}
    told = StringIO()
    try:
        with redirect_stdout(told):
            yield
    finally:
        sys.stdout.write("".join(line.removeprefix(before) for line in told.getvalue().splitlines(keepends=True)))


def rejoined(words: list[str]) -> tuple[list[str], str]:
    """The words up to the cursor as a person typed them, and what bash does not replace of the last one."""
    joined: list[str] = []
    before = ""
    for number, word in enumerate(words):
        if number > 1 and "=" in (word, words[number - 1]):
            before = joined[-1]
            joined[-1] += word
        else:
            before = ""
            joined.append(word)
    return joined, joined[-1] if words[-1] == "=" else before


def _plain(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [one for one in found if _PLAIN.fullmatch(one[0])]
