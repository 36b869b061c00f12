"""The experiment on the screen: a titled panel a concept, made from the knobs, and a line of help at the foot."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Static

from tuilab.errors import BadInput
from tuilab.experiment import GENERATED, SHIPPED, Experiment, Knob, get, idle, knobs
from tuilab.lab import Plan
from tuilab.runs.requests import LIVE
from tuilab.text import clean
from tuilab.ui.desk import draft as drafts
from tuilab.ui.desk.draft import Draft, text_of
from tuilab.ui.messages import FieldLeft
from tuilab.ui.panels.field import Field
from tuilab.ui.panels.panel import Panel
from tuilab.words import count, layers, plural

_KNOWN: dict[str, tuple[str, ...]] = {"data.source": SHIPPED + GENERATED}
"""What a field suggests besides the choices of its knob."""
HINT = "tab goes to the fields, r trains."
TURNS, LIVE_TURNS = " ↑ and ↓ turn it.", " ↑ and ↓ turn it; after A, in the run that goes on, too."
OPEN = ("data", "network", "regularization", "dropout", "optimization")
"""The panels that are open at first; the others open where something in them is not as it is by default."""
OF_FILES = {path for path in knobs() if path.startswith(("data.source", "data.label", "columns."))}
"""What may be wrong with the file that they name."""
ROOM = 130
"""Characters of a fault that are seen whole, at any width, with what to do about it."""
_DEFAULTS = drafts.load(Experiment())


class FieldHelp(Static):
    """What the field with the focus means and takes; or what is wrong with it, or with another one."""

    def show(self, field: Field | None, draft: Draft | None, plan: str) -> None:
        """Shows what matters most now."""
        faults = draft.faults if draft else {}
        if field is not None and (fault := faults.get(field.knob.path)):
            self._say("✗ ", field.knob.title, fault, faulty=True)
        elif field is not None:
            allowed = "" if field.knob.kind in ("text", "switch", "choice") else f" Takes {field.knob.allowed}."
            turns = "" if field.knob.steps is None else LIVE_TURNS if field.knob.path in LIVE else TURNS
            idle, told = field.idle.removeprefix(f'"{field.knob.title}" '), field.knob.help
            if idle:  # two sentences behind the title
                told = f"{idle}. {told[:1].upper()}{told[1:]}"
            self._say("", field.knob.title, f"{told}.{allowed}{turns}")
        elif faults:
            path, fault = next(iter(faults.items()))
            way = "D explains the file, enter goes there." if path in OF_FILES else "Enter goes there."
            title = knobs()[path].title if path in knobs() else path
            told = f"{fault}. {way}"
            if path in OF_FILES and len(told) > ROOM:  # it may take all the room: what to do stands first
                told = f"{way} {fault}."
            self._say("✗ ", title, told, faulty=True)
        else:
            self.remove_class("-faulty")
            self.update(Content(f"{plan}\n{HINT}" if plan else HINT), layout=False)

    def _say(self, glyph: str, title: str, text: str, *, faulty: bool = False) -> None:
        self.set_class(faulty, "-faulty")
        lead = f"{glyph}{title}" if title else glyph.strip()
        self.update(Content.assemble((lead, "bold"), ": ", clean(text)), layout=False)


class ExperimentColumn(Widget):
    """All panels, made with the first draft. Shows a draft; its fields say what is done to them."""

    draft: var[Draft | None] = var(None)
    plan = var("")
    """What a run would train, in a few words, shown while no field has the focus."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._columns = [
            [
                Panel(section, [Field(knob, _KNOWN.get(knob.path, knob.choices)) for knob in members])
                for section, members in column.items()
            ]
            for column in _columns(_sections())
        ]
        self._bring(draft, anew=True)  # before they are on the screen: that is laid out once

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            for panels in self._columns:
                yield Vertical(*panels)
        yield FieldHelp(markup=False)

    def watch_draft(self, old: Draft | None, draft: Draft | None) -> None:
        """Brings every field in line with the draft; opens the panels that matter in an experiment just loaded."""
        if draft is not None:
            self._bring(draft, anew=old is None or old.base is not draft.base)
            self._help()

    def _bring(self, draft: Draft, *, anew: bool) -> None:
        for panel in self._panels:
            panel.fault = draft.faults.get(panel.section, "")
            if anew:
                panel.open = panel.section in OPEN or (panel.section != "" and _is_set(panel.section, draft))
            for field in panel.fields:
                path = field.knob.path
                changed = text_of(draft, path) != field.text
                field.text = text_of(draft, path)
                field.fault = draft.faults.get(path, "")
                field.edited = path in draft.changed
                field.idle = idle(draft.experiment, path)
                panel.open |= bool(field.fault) or (changed and field.edited)
            panel.summarize()

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields and not in the draft: {path: text}. A message about it may be under way."""
        texts = {field.knob.path: field.text for field in self._fields}
        return {path: text for path, text in texts.items() if self.draft and text != text_of(self.draft, path)}

    @property
    def _fields(self) -> Iterator[Field]:
        return (field for panel in self._panels for field in panel.fields)

    @property
    def _panels(self) -> Iterator[Panel]:
        return (panel for panels in self._columns for panel in panels)

    def watch_plan(self) -> None:
        """Says in the help what a run of the experiment would train."""
        self._help()

    def go_to(self, path: str) -> None:
        """Gives the focus to the field at `path`, or to the first field of that section."""
        field = self.reveal(path)
        if field is not None and field.is_mounted:
            field.focus_control()
        elif field is not None:
            field.call_after_refresh(field.focus_control)

    def reveal(self, path: str) -> Field | None:
        """Opens the panel of the field at `path`, or of the first field of that section; the field, if there is one."""
        for panel in self._panels:
            for field in panel.fields:
                if field.knob.path == path or field.knob.path.startswith(f"{path}."):
                    panel.open = True
                    field.call_after_refresh(field.scroll_visible)
                    return field
        return None

    def tidy(self, path: str) -> None:
        """Shows the value at `path` as the lab writes it, unless somebody is at it or the experiment has it not."""
        for field in self._fields:
            if field.knob.path == path and self.draft and path not in self.draft.aside and not field.has_focus_within:
                field.text = field.knob.format(get(self.draft.experiment, path))

    def on_mount(self) -> None:
        # Most terminals are lower than the panels: a bar that comes once that is seen lays everything out again.
        scroll = self.query_one(VerticalScroll)
        scroll.show_vertical_scrollbar = scroll.vertical_scrollbar.display = True
        self.watch_draft(None, self.draft)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Explains the field that was reached."""
        self._help(event.widget)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Says which field was left, and explains the one that is reached next."""
        for field in event.widget.ancestors_with_self:
            if isinstance(field, Field):
                self.post_message(FieldLeft(field.knob.path))
        self.call_after_refresh(lambda: self._help(self.screen.focused if self.is_attached else None))

    def _help(self, focused: Widget | None = None) -> None:
        focused = focused or self.screen.focused
        field = (
            next((node for node in focused.ancestors_with_self if isinstance(node, Field)), None) if focused else None
        )
        for line in self.query(FieldHelp):
            line.show(field, self.draft, self.plan)


def _sections() -> dict[str, list[Knob]]:
    """The knobs by the section of the file they stand in; "" is the top."""
    sections: dict[str, list[Knob]] = {}
    for path, knob in knobs().items():
        sections.setdefault(path.rpartition(".")[0], []).append(knob)
    return sections


def _columns(sections: dict[str, list[Knob]]) -> list[dict[str, list[Knob]]]:
    """The sections in two columns of about as many knobs, in their order; they stand side by side if there is room."""
    half, seen = len(knobs()) / 2, 0
    columns: list[dict[str, list[Knob]]] = [{}, {}]
    for section, members in sections.items():
        columns[seen >= half][section] = members
        seen += len(members)
    return columns


def _is_set(section: str, draft: Draft) -> bool:
    """Whether a field of `section` is not as it is by default."""
    return any(
        text_of(draft, path) != text_of(_DEFAULTS, path) for path in knobs() if path.rpartition(".")[0] == section
    )


def plan_text(plan: Plan | BadInput) -> str:
    """What a run would train, in a few words, or why that is not known."""
    if isinstance(plan, BadInput):
        return f"✗ what this would train is not known: {clean(str(plan))}"
    examples = ", ".join(f"{count(number)} {name}" for name, number in plan.examples.told.items() if number)
    notes = "".join(f"\n• {clean(note)}" for note in plan.notes)
    return f"{layers(plan.layers)}: {plural(plan.parameters, 'parameter')}. Examples: {examples}.{notes}"
