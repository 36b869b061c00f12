"""The experiment in the making: load, edit, adopt another, take back, blame."""

from collections.abc import Mapping

from msgspec import structs

from tuilab.errors import BadInput
from tuilab.experiment import Experiment
from tuilab.ui.desk import draft as drafts
from tuilab.ui.desk.draft import Draft, Editor


class Drafting:
    """Holds the newest draft and those before it. Each method that changes it returns the new one."""

    def __init__(self, editor: Editor, experiment: Experiment) -> None:
        self._editor = editor
        self._past: list[tuple[frozenset[str], Draft]] = []
        self.draft = drafts.load(experiment)

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to be taken back."""
        return bool(self._past)

    def load(self, experiment: Experiment) -> Draft:
        """Begins with another experiment; what was before is forgotten."""
        self._past.clear()
        return self._put(drafts.load(experiment))

    def edit(self, edits: Mapping[str, str]) -> Draft:
        """Makes edits ({path: text}); those of the same fields in a row are taken back together."""
        paths = frozenset(edits)
        if not self._past or self._past[-1][0] != paths:
            self._past.append((paths, self.draft))
        return self._put(drafts.edited(self._editor, self.draft, edits))

    def adopt(self, experiment: Experiment, edits: Mapping[str, str]) -> Draft:
        """Goes on with `experiment`, edited, as if it had been typed: it can be taken back."""
        if self.draft.experiment == experiment:
            return self.edit(edits)
        self._past.append((frozenset(), self.draft))
        return self._put(drafts.edited(self._editor, drafts.load(experiment), edits))

    def undo(self) -> Draft:
        """Takes the last edit back; nothing if there is none."""
        return self._put(self._past.pop()[1]) if self._past else self.draft

    def blame(self, error: BadInput) -> str:
        """Marks the field, or section, at fault, where `error` names one; its path, or ""."""
        path = drafts.field_of(error.path)
        if path:
            self._put(structs.replace(self.draft, faults={**self.draft.faults, path: error.message}))
        return path

    def fault(self) -> BadInput | None:
        """The first thing that is wrong, if anything is."""
        return next((BadInput(message, path=path) for path, message in self.draft.faults.items()), None)

    def _put(self, draft: Draft) -> Draft:
        self.draft = draft
        return draft
