"""The draft: what stands in the panels, right or wrong, on top of the experiment that was loaded."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from tuilab.errors import BadInput
from tuilab.experiment import Experiment, get, knobs


class Editor(Protocol):
    """The part of the lab that a draft needs."""

    def edit(self, experiment: Experiment, edits: Mapping[str, str]) -> Experiment:
        """`experiment` with the text at each path read as its value. Raises `BadInput`."""
        ...


class Draft(Struct, frozen=True, kw_only=True):
    """An experiment in the making. `faults` are {path of a field or of a section: message}.

    `experiment` is the experiment that the panels mean; where they hold faults, those fields as they were.
    """

    base: Experiment
    texts: dict[str, str]
    experiment: Experiment
    faults: dict[str, str]
    aside: frozenset[str] = frozenset()
    """The fields whose texts are in `texts` and not in `experiment`."""

    @property
    def changed(self) -> frozenset[str]:
        """Paths of the fields that differ from what was loaded."""
        return frozenset(path for path, text in self.texts.items() if text.strip() != _original(self.base, path))


def load(base: Experiment) -> Draft:
    """The draft of an experiment that nobody has edited yet."""
    return Draft(base=base, texts={}, experiment=base, faults={})


def edited(editor: Editor, draft: Draft, edits: Mapping[str, str]) -> Draft:
    """`draft` with `edits` ({path: text}) made, every fault found at once.

    The converter names one fault at a time, so each named field is set aside and the rest is tried again.
    """
    texts = {**draft.texts, **edits}
    good = dict(texts)
    faults: dict[str, str] = {}
    while True:
        try:
            experiment = editor.edit(draft.base, good)
            aside = frozenset(texts) - frozenset(good)
            return Draft(base=draft.base, texts=texts, experiment=experiment, faults=faults, aside=aside)
        except BadInput as error:
            if not good:
                raise
            path = field_of(error.path)
            faults.setdefault(path, error.message)
            culprits = [known for known in good if known == path or known.startswith(f"{path}.")]
            if not culprits:
                # A field nobody touched no longer fits one that was edited: set every edit aside.
                culprits = list(good)
            for culprit in culprits:
                del good[culprit]


def text_of(draft: Draft, path: str) -> str:
    """What the control of `path` shows."""
    return draft.texts[path] if path in draft.texts else _original(draft.base, path)


def field_of(path: str) -> str:
    """The field or section that a fault's path (`network.hidden[1]`) belongs to; "" if there is none."""
    path = path.partition("[")[0]
    known = knobs()
    return path if path in known or any(key.startswith(f"{path}.") for key in known) else ""


def _original(base: Experiment, path: str) -> str:
    return knobs()[path].format(get(base, path))
