"""What travels upward in the app. Each message carries frozen values."""

from textual.message import Message

from tuilab.training import Action


class FieldEdited(Message):
    """Somebody changed a field: the text `raw` stood at `path` then, right or wrong; the field knows what does now."""

    def __init__(self, path: str, raw: str) -> None:
        super().__init__()
        self.path, self.raw = path, raw


class FieldTurned(Message):
    """Somebody turned the number of the field at `path` by ↑ or ↓."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


class FieldLeft(Message):
    """The focus has gone from the field at `path`; it may be back by now."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


class ActionChosen(Message):
    """Somebody chose an action that was recommended for the run called `run`; another one may be shown by now."""

    def __init__(self, run: str, action: Action) -> None:
        super().__init__()
        self.run, self.action = run, action


class PlaceChosen(Message):
    """Somebody wants to see the place `place` of a narrow screen."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
