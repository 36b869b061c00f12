"""An engine more is a file and a word, a view two files and a word: a copy of tuilab with both has them everywhere."""

from pathlib import Path

import pytest

from tests.copies import copied, there, told

ENGINE = '''
from tuilab.engines.numpy_engine import NumpyEngine

class PlainEngine(NumpyEngine):
    """NumPy's under another name."""
'''
INSIGHT = '''
from typing import Any, Self
from tuilab.lab.insight.insight import Insight

class SpectrumInsight(Insight, frozen=True, kw_only=True):
    """The largest singular value of the first layer's weights."""

    largest: float

    @classmethod
    def look(cls, lab: Any, experiment: Any, snapshot: Any = None, choice: Any = None) -> Self:
        import numpy as np
        moment = lab.moment(experiment, snapshot.name if snapshot else "")
        return cls(largest=float(np.linalg.norm(moment.parameters.weights[0], 2)))

    @property
    def said(self) -> str:
        return f"σ₁ is {self.largest:.3g}."
'''
VIEW = '''
from collections.abc import Iterable
from textual.widget import Widget
from tuilab.lab.insight.spectrum import SpectrumInsight
from tuilab.ui.views.looking import ScrollTable, TableView

class SpectrumView(TableView):
    """In words alone."""

    TITLE = "Spectrum"
    INSIGHT = SpectrumInsight

    def parts(self) -> Iterable[Widget]:
        yield ScrollTable()

    def show(self, insight: SpectrumInsight) -> None:
        self.query_one(ScrollTable).show(insight.lines)
'''
FILES = {"engines/plain_engine.py": ENGINE, "lab/insight/spectrum.py": INSIGHT, "ui/views/spectrum.py": VIEW}
WORDS = {
    "experiment/sections/training.py": {'"fused", "torch")': '"fused", "torch", "plain")'},
    "presets.py": {'"trust", "machine"]': '"trust", "machine", "spectrum"]'},
}
SHORT = "breast-cancer --set data.source=moons --set optimization.iterations=30 --set data.examples=100"
OPENED = """if True:
    import asyncio
    from tuilab.lab import Lab
    from tuilab.ui.app import LabApp
    from tuilab.ui.views.pane import RunPane

    async def main():
        lab = Lab()
        app = LabApp(lab, lab.open("breast-cancer")[1])
        async with app.run_test(size=(150, 40)) as pilot:
            pane = app.screen.query_one(RunPane)
            pane.show("spectrum")
            while not (told := [text for one in pane.view.query("*") if "σ₁" in (text := str(one.render()))]):
                await pilot.pause(0.02)
            print(pane.view.TITLE, told[0])

    asyncio.run(asyncio.wait_for(main(), 180))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("more"), FILES, WORDS)


def test_an_engine_more_trains_as_it_is_called(place: Path) -> None:
    (plain, code), (numpy, _) = told(
        place, f"run {SHORT} --set compute.engine=plain", f"run {SHORT} --set compute.engine=numpy"
    )
    cost = next(line for line in numpy.splitlines() if line.split()[:1] == ["cost"])
    assert code == 0 and "engine     plain" in plain and cost in plain


def test_a_view_more_is_told_and_drawn(place: Path) -> None:
    ((said, code),) = told(place, f"inspect {SHORT} --view spectrum")
    assert code == 0 and said.startswith("σ₁ is ")
    assert there(place, OPENED).startswith("Spectrum σ₁ is ")
