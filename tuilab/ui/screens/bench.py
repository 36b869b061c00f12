"""The bench: the dev mistakes of a run one by one, the surest first, each tagged with a key."""

from collections import deque
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Input, Static

from tuilab.data.row_numbers import row_text
from tuilab.errors import BadInput
from tuilab.lab import Lab, Snapshot
from tuilab.lab.insight.mistakes import FARTHEST, MistakesInsight
from tuilab.lab.sentences.mistakes import (
    doubt_lines,
    doubt_text,
    gap_text,
    looked_at,
    slice_lines,
    tag_lines,
    worn_out_text,
)
from tuilab.runs.tags import MAXIMUM_TAG, MOST_TAGS
from tuilab.text import clean
from tuilab.training.slices import FEWEST
from tuilab.training.wrong_labels import Doubts
from tuilab.ui.panels.keyline import RoomKeys
from tuilab.ui.plots.cells import Cells
from tuilab.ui.plots.drawing import Drawing
from tuilab.ui.screens.dialog import Room
from tuilab.ui.views.images import LARGEST, paint
from tuilab.ui.work.jobs import Jobs, Tell, alone
from tuilab.words import count, percent
from tuilab.words.table import aligned

NO_SLICE = (f"No slice of {FEWEST} dev examples or more has a mistake.",)
AGAIN = 0.05
"""Seconds until it is tried again to save a tag, where others are being saved."""
_TAG = 11
"""Characters of a tag that there is room for on a narrow screen."""


class BenchScreen(Room[None]):
    """One mistake at a time, what its tags would gain, and where mistakes are more than elsewhere."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "turn(1)", "Next", key_display="→", tooltip="The next mistake, less sure"),
        Binding("left", "turn(-1)", "Before", key_display="←", tooltip="The mistake before"),
        Binding("n", "name", "New tag", tooltip="Give the mistake a tag that there is none of yet"),
        *(
            Binding(str(number), f"tag({number})", "Tag", show=number == 1, key_display=f"1-{MOST_TAGS}")
            for number in range(1, MOST_TAGS + 1)
        ),
        Binding("w", "doubt", "Wrong labels?", tooltip="Which labels of train and dev look wrong; trains shortly"),
        Binding("escape,q", "leave", "Back"),
    ]

    insight: var[MistakesInsight | None] = var(None, init=False)
    place = var(0)
    """Of the mistake that is shown, among those listed."""

    def __init__(self, lab: Lab, snapshot: Snapshot) -> None:
        super().__init__()
        self._lab, self._snapshot = lab, snapshot
        self._jobs = Jobs(self, lab.store.home)
        self._pending: deque[tuple[str, int]] = deque()
        self._doubts: Doubts | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog room"):
            yield Static(Content(f"Mistakes of {clean(self._snapshot.name)}"), classes="title", markup=False)
            yield Static("Looking …", id="sentence", markup=False)
            with Horizontal(id="bench"):
                yield Drawing()
                yield Static(id="example", markup=False)
                yield Static(id="tags", markup=False)
            yield Input(placeholder="a new tag, such as blurred", id="tag", max_length=MAXIMUM_TAG)
            with VerticalScroll():
                yield Static(id="told", markup=False)
        yield RoomKeys()

    def on_mount(self) -> None:
        self.query_one("#tag", Input).display = False
        self._jobs.ask("look", self._look, self._take, self.refuse)

    def on_unmount(self) -> None:
        if self._pending:  # if others are being saved, it is with them
            self._jobs.do("tag", self._drain, self._take, self.refuse)
        self._jobs.end()

    def action_turn(self, step: int) -> None:
        """Shows another mistake."""
        if self.insight is not None and len(self.insight.places):
            self.place = min(max(self.place + step, 0), len(self.insight.places) - 1)

    def action_tag(self, number: int) -> None:
        """Gives the mistake the tag of that number, or takes it away."""
        if self.insight is not None and number <= len(self.insight.tags):
            self._toggle(self.insight.tags[number - 1].name)

    def action_name(self) -> None:
        """Asks for a tag."""
        if self.insight is not None and len(self.insight.places):
            field = self.query_one("#tag", Input)
            field.display, field.value = True, ""
            field.focus()

    def action_leave(self) -> None:
        """Leaves the field, or the room."""
        field = self.query_one("#tag", Input)
        if field.display:
            self._close(field)
        else:
            self.dismiss()

    def action_doubt(self) -> None:
        """Says which labels look wrong, or the slices again."""
        if self._doubts is not None:
            self._doubts = None
            self._jobs.end("doubt")
            self._tell()
        else:
            self.query_one("#told", Static).update("Training networks without some of the labels …")
            self._jobs.follow("doubt", alone(self._ask), self._take_doubts, self.refuse)

    @on(Input.Submitted)
    def _take_name(self, event: Input.Submitted) -> None:
        event.stop()
        self._close(event.input)
        if name := event.value.strip():
            self._toggle(clean(name, MAXIMUM_TAG))

    def _close(self, field: Input) -> None:
        field.display = False
        self.query_one(VerticalScroll).focus()

    def _toggle(self, tag: str) -> None:
        if self.insight is not None and len(self.insight.places):
            self._pending.append((tag, int(self.insight.places[self.place])))
            self._save()

    def _save(self) -> None:
        """Saves what waits; what others are saved before, once they are."""
        if self._pending and not self._jobs.do("tag", self._drain, self._take, self.refuse):
            self.set_timer(AGAIN, self._save)

    def _drain(self) -> MistakesInsight:
        while self._pending:
            self._lab.tag(self._snapshot.name, *self._pending.popleft())
        return self._look()

    def _look(self) -> MistakesInsight:
        found = MistakesInsight.look(self._lab, self._snapshot.experiment, self._snapshot, "dev")
        if found.part != "dev":
            raise BadInput("there is no dev set, and test is not to be looked at one by one", path="split.dev")
        return found

    def _take(self, found: MistakesInsight) -> None:
        known = self.insight
        if known is not None and len(known.places):  # its weights may be newer
            at = np.flatnonzero(found.places == known.places[self.place])
            self.place = int(at[0]) if len(at) else min(self.place, max(0, len(found.places) - 1))
        self.insight = found

    def _ask(self, tell: Tell[Doubts]) -> None:
        for known in self._lab.doubts(self._snapshot.experiment):
            tell(known)
            if tell.over.is_set():
                return

    def _take_doubts(self, known: Doubts) -> None:
        self._doubts = known
        self._tell()

    def watch_insight(self) -> None:
        """Shows what is known now."""
        self.watch_place()
        self._tell()

    def watch_place(self) -> None:
        """Shows the mistake that was chosen."""
        if (found := self.insight) is None:
            return
        self.query_one("#sentence", Static).update(Content(head(found, self.place)))
        place, pictured = self.place, bool(len(found.images))
        drawing, example = self.query_one(Drawing), self.query_one("#example", Static)
        drawing.display, example.display = pictured, bool(len(found.places)) and not pictured
        if pictured:
            drawing.draw(lambda width, height: enlarged(found.images[place], width, height))
        elif example.display:
            example.update(Content("\n".join(row_lines(found, place))))
        self.query_one("#tags", Static).update(Content("\n".join(_tags(found, self.place))))

    def _tell(self) -> None:
        """Shows the slices, or the labels in doubt."""
        if (found := self.insight) is None:
            return
        apart = [gap_text(found.gap), ""] if found.gap is not None else []
        told: Sequence[str] = (*apart, *(slice_lines(found.slices, found.slice_names) or NO_SLICE))
        if self._doubts is not None:
            told = (doubt_text(self._doubts), "", *doubt_lines(self._doubts, found.classes))
        self.query_one("#told", Static).update(Content("\n".join(told)))


def enlarged(image: np.ndarray, width: int, height: int) -> Cells:
    """An image (side, side) as large as there is room for it, at most `LARGEST` cells wide."""
    room = min(LARGEST, width, 2 * (height - 1))
    times = max(1, room // len(image))
    return paint([np.kron(image, np.ones((times, times)))], [""], width, height)


def row_lines(found: MistakesInsight, place: int) -> tuple[str, ...]:
    """The features of a mistake that are farthest from the mean of train, with their values."""
    rows = [(FARTHEST, "value", "σ")]
    columns = (found.unusual[place].tolist(), found.cells[place], found.distance[place].tolist())
    for feature, cell, far in zip(*columns, strict=True):
        rows.append((clean(found.features[feature], 24), clean(cell, 24), f"{far:+.1f}"))
    return aligned(rows, "lr")


def head(found: MistakesInsight, place: int) -> str:
    """The sentence above the mistake in that place: which it is, and whether the part that it is of is worn out."""
    part = looked_at(found.gap is not None)
    if not len(found.places):
        return f"No mistakes among the {count(found.looked_at)} examples of {part}."
    names = (*(clean(name, 30) for name in found.classes), "no class")
    truth, said = names[int(found.truth[place])], names[int(found.predicted[place])]
    sure = found.probability[place]
    told = f"Mistake {count(place + 1)} of {count(found.mistakes)} among {count(found.looked_at)} of {part}: "
    where = f", {row_text(found.rows[place], found.file)}," if found.rows else ""
    told += f"example {count(int(found.places[place]))}{where} is {truth}, predicted {said}"
    told += "." if np.isnan(sure) else f", {percent(float(sure))} sure."
    return f"{told} {worn_out_text(found.gap)}".rstrip()


def _tags(found: MistakesInsight, place: int) -> tuple[str, ...]:
    """Each tag with its key, whether this mistake has it, and what fixing all that have it would gain at most."""
    if found.fault:
        return tag_lines((), 0, 0, found.fault)
    if not found.tags:
        return ("No tags yet: n gives this mistake the first one.",) if len(found.places) else ()
    rows = [("", "", "tag", "gain ≤", "Wilson", f"of {count(found.mistakes)}")]
    for number, one in enumerate(found.tags, 1):
        mark = "✓" if len(found.places) and found.places[place] in one.examples else ""
        low, high = one.interval
        interval = f"{100 * low:.1f}–{100 * high:.1f}"
        cells = (percent(one.share), interval, count(len(one.examples)))
        rows.append((str(number), mark, clean(one.name, _TAG), *cells))
    return aligned(rows, "lllr", gap=1)
