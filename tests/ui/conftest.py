"""Fixtures of the app's tests: a lab over a store of its own, small experiments, and the messages that were posted."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Static

from tuilab.experiment import Experiment, loads
from tuilab.lab import Lab
from tuilab.ui.app import LabApp

M = TypeVar("M", bound=Message)


class Messages(list[Message]):
    """Every message that a pilot's app posted."""

    def of(self, kind: type[M]) -> list[M]:
        """Those of one kind, each once though every widget on its way up was hooked."""
        return list({id(message): message for message in self if isinstance(message, kind)}.values())


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
def experiment() -> Experiment:
    """Trains in a moment."""
    return loads(
        """
        title = "Small"
        [data]
        source = "blobs"
        examples = 60
        [network]
        hidden = [3]
        [optimization]
        iterations = 40
        """
    )


@pytest.fixture
def app(lab: Lab, experiment: Experiment) -> LabApp:
    return LabApp(lab, experiment, "small")


def said(app: LabApp) -> str:
    """Everything that a person has been told for a moment, and that the screen on top says of itself."""
    shown = [str(line.content) for line in app.screen.query("#said, #sentence, #empty").results(Static)]
    return "\n".join([*(one.message for one in app._notifications), *shown])


def names(lab: Lab) -> list[str]:
    """The runs in the store, oldest first."""
    return sorted(folder.name for folder in lab.store.list())


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Waits until `holds()`; the test's own time limit ends a wait in vain."""
    for _ in range(400):
        await pilot.pause(0.02)
        if holds():
            return
    raise AssertionError("waited in vain")
