"""A run as a document, a page of HTML or Markdown: experiment, curves, verdict, trust, mistakes, how to repeat it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from html import escape
from textwrap import fill
from typing import NamedTuple

from tuilab.errors import BadInput
from tuilab.events import PARTS, part_name
from tuilab.experiment import dumps
from tuilab.lab import Lab, Snapshot
from tuilab.lab import export as exports
from tuilab.lab.better import told
from tuilab.lab.comparison import differing
from tuilab.lab.insight.curves import CurvesInsight
from tuilab.lab.insight.mistakes import MistakesInsight
from tuilab.lab.insight.trust import TrustInsight
from tuilab.lab.sentences.report import run_text
from tuilab.text import clean
from tuilab.ui.figures.curves import cost_figure, error_figure, overlaid
from tuilab.ui.figures.reliability import reliability_figure
from tuilab.ui.plots import Figure
from tuilab.ui.plots.inline import as_inline
from tuilab.words import percent, plural
from tuilab.words.table import aligned

MOST_RUNS = 5
"""Of one report, so that it stays small."""
LARGEST = 300_000
"""Bytes of a page, to which blocks are cut."""
LINES = (250, 100, 50, 20)
"""Of a block, at most; fewer where the page is too large."""
WIDEST = 40
"""Characters of a value of a knob."""
LONGEST, WIDTH = 2_000, 110
"""Characters of a line, and of a line as it is folded."""
_STYLE = (
    "body{max-width:60em;margin:2em auto;padding:0 1em;font-family:sans-serif;color:#000;background:#fff}"
    "pre{background:#f4f4f4;padding:.7em;overflow-x:auto;line-height:1.35}svg{max-width:100%;height:auto}"
)
_TOO_LARGE = f"the page would be larger than {LARGEST // 1000} kB"
_NOTHING = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load or run: nothing but the style of the page."""


class Chapter(NamedTuple):
    """A heading, figures, and a block of text whose lines may come from anywhere."""

    heading: str
    text: str
    figures: tuple[Figure, ...] = ()


def html_report(lab: Lab, runs: Sequence[Snapshot]) -> str:
    """The report as one page that needs nothing else: no script, no font, nothing that is loaded."""
    chapters, title = list(_chapters(lab, runs)), _title(runs)
    for lines in LINES:
        if _fits(page := _page(title, chapters, lines)):
            return page
    longest_first = sorted(range(len(chapters)), key=lambda place: -len(chapters[place].text))
    for smaller in (_without_figures, _without_text):
        for place in longest_first:
            chapters[place] = smaller(chapters[place])
            if _fits(page := _page(title, chapters, LINES[-1])):
                return page
    return page


def _fits(page: str) -> bool:
    return len(page.encode()) <= LARGEST


def _without_figures(chapter: Chapter) -> Chapter:
    left_out = f"{plural(len(chapter.figures), 'figure')} left out: {_TOO_LARGE}."
    return chapter._replace(text=f"{left_out}\n{chapter.text}", figures=()) if chapter.figures else chapter


def _without_text(chapter: Chapter) -> Chapter:
    return chapter._replace(text=f"Left out: {_TOO_LARGE}.")


def _page(title: str, chapters: Sequence[Chapter], lines: int) -> str:
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING}">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n",
    ]
    for chapter in chapters:
        parts.append(f"<h2>{escape(clean(chapter.heading, 200))}</h2>\n")
        parts += [f"{as_inline(figure)}\n" for figure in chapter.figures]
        parts.append(f"<pre>{escape(_block(chapter.text, lines))}</pre>\n")
    return "".join([*parts, "</body></html>\n"])


def markdown_report(lab: Lab, runs: Sequence[Snapshot]) -> str:
    """The report as Markdown for a merge request: headings, and all else in fences, so that no text is a command."""
    parts = [f"# {_plain(_title(runs))}\n"]
    for chapter in _chapters(lab, runs):
        block = _block(chapter.text, LINES[0])
        fence = "`" * max(3, 1 + max((len(ticks) for ticks in _ticks(block)), default=0))
        parts.append(f"## {_plain(chapter.heading)}\n\n{fence}text\n{block}\n{fence}\n")
    return "\n".join(parts)


def _title(runs: Sequence[Snapshot]) -> str:
    return f"tuilab: {', '.join(clean(run.name, 80) for run in runs)}"


def _chapters(lab: Lab, runs: Sequence[Snapshot]) -> Iterator[Chapter]:
    """All there is to say, run by run. Raises `BadInput` for too many runs."""
    if len(runs) > MOST_RUNS:
        raise BadInput(f"a report is of at most {plural(MOST_RUNS, 'run')}, not of {len(runs)}", path="RUN")
    if len(runs) > 1:
        yield Chapter("What differs", "\n".join([*_side_by_side(runs), "", told(lab, runs)]).strip())
    for run in runs:
        yield from _chapters_of(lab, run, f"{run.name}: " if len(runs) > 1 else "")


def _side_by_side(runs: Sequence[Snapshot]) -> tuple[str, ...]:
    """A line a run: its errors, and the knobs that are not the same in all, as many as there is room for in a line.

    What more there is follows in lines of the same runs.
    """
    names = ("run", *(run.name for run in runs))
    errors = {part: [getattr(run.error, part) for run in runs] for part in PARTS}
    columns = [(part_name(part), *map(percent, of)) for part, of in errors.items() if of.count(None) < len(of)]
    for row in differing([run.experiment for run in runs]):
        columns.append((clean(row.name, WIDEST), *(clean(value, WIDEST) for value in row.values)))
    tables = [[names]]
    for column in columns:
        if max(map(len, aligned([*zip(*tables[-1], column, strict=True)]))) > WIDTH:
            tables.append([names])
        tables[-1].append(column)
    blocks = [aligned([*zip(*table, strict=True)]) for table in tables]
    return tuple(line for block in blocks for line in ("", *block))[1:]


def _chapters_of(lab: Lab, run: Snapshot, prefix: str) -> Iterator[Chapter]:
    seen, parents = CurvesInsight.of(run), tuple[CurvesInsight, ...]()
    if run.about.parent:
        with suppress(BadInput):  # deleted since
            parents = (CurvesInsight.of(lab.follow(run.about.parent).poll()),)
    about = (("parent", run.about.parent), ("label", run.about.label), ("note", run.about.note))
    said = [run_text(run), *(f"  {name:<11}{text}" for name, text in about if text)]
    yield Chapter(f"{prefix}Result", "\n".join(said))
    figures = (overlaid(cost_figure(seen), parents), overlaid(error_figure(seen), parents))
    yield Chapter(f"{prefix}Curves", seen.text, figures)
    rooms: tuple[tuple[str, Callable[[], Chapter]], ...] = (
        ("Trust", lambda: _trust(lab, run)),
        ("Mistakes", lambda: Chapter("", MistakesInsight.look(lab, run.experiment, run).text)),
    )
    for name, room in rooms:
        try:
            yield room()._replace(heading=f"{prefix}{name}")
        except BadInput as error:
            yield Chapter(f"{prefix}{name}", f"Nothing to be seen: {error}")
    yield Chapter(f"{prefix}Experiment", dumps(run.experiment))
    yield Chapter(f"{prefix}Again", exports.command(run.experiment, lab.presets()))


def _trust(lab: Lab, run: Snapshot) -> Chapter:
    found = TrustInsight.look(lab, run.experiment, run)
    figures = (reliability_figure(found.reliability),) if found.reliability is not None else ()
    return Chapter("", found.text, figures)


def _block(text: str, most: int) -> str:
    """Lines that are clean, and not too many of them."""
    lines = text.split("\n")
    more = [f"… and {plural(len(lines) - most, 'line')} more"] if len(lines) > most else []
    return "\n".join([*(_folded(clean(line, LONGEST)) for line in lines[:most]), *more])


def _folded(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return line if len(line) <= WIDTH else fill(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _plain(text: str) -> str:
    """A heading without anything that Markdown takes for a command."""
    return "".join(character if character.isalnum() or character in " .,:-_" else "�" for character in clean(text, 200))


def _ticks(text: str) -> Iterator[str]:
    """Each row of backticks."""
    return ("`" * len(part) for part in "".join(one if one == "`" else " " for one in text).split())
