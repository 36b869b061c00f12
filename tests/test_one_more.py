"""A concept more is a file and its place in a list: a copy of tuilab that has more of each has them everywhere.

An engine, a reader of a format, an update rule, a penalty; a view is two files.
"""

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
READER = """
import numpy as np
from tuilab.data.format import Format, of_one_file, refuse_decisions
from tuilab.data.npz_file import classes_of
from tuilab.data.table import Table

def rows(file):
    return np.array([line.split() for line in file.read().decode().splitlines()])

def read(file, label, columns, like):
    refuse_decisions("an .ssv file", "its last column", label, columns, like)
    cells = rows(file)
    y, classes = classes_of(cells[:, -1])
    return Table(X=cells[:, :-1].astype(float), y=y, features=("x1", "x2"), classes=classes)

def inputs(parts, features):
    with parts.open(parts.places[0]) as file:
        return rows(file).astype(float)

SSV = Format(suffixes=(".ssv",), maximum_bytes=2**20, read=of_one_file(read), inputs=inputs)
"""
RULE = """
from typing import Annotated
from msgspec import Meta
from tuilab.nn.optimizer.momentum import Momentum

class Pushed(Momentum, frozen=True):
    push: Annotated[float, Meta(ge=0, le=1, title="Push", description="Nothing.")] = 0.25
"""
PENALTY = '''
from tuilab.nn.penalty.l2 import L2

class Ridge(L2, frozen=True):
    """The same under another name."""
'''
FILES = {"engines/plain_engine.py": ENGINE, "lab/insight/spectrum.py": INSIGHT, "ui/views/spectrum.py": VIEW}
FILES |= {"data/ssv_file.py": READER, "nn/optimizer/pushed.py": RULE, "nn/penalty/ridge.py": PENALTY}
WORDS = {
    "experiment/sections/training.py": {'"fused", "torch")': '"fused", "torch", "plain")'},
    "presets.py": {'"trust", "machine"]': '"trust", "machine", "spectrum"]'},
    "data/files.py": {
        "\n\nTICK": "\nfrom tuilab.data.ssv_file import SSV\n\nTICK",
        "PARQUET, IDX)": "PARQUET, IDX, SSV)",
    },
    "nn/optimizer/__init__.py": {
        "\n\nOPTIM": "\nfrom tuilab.nn.optimizer.pushed import Pushed\n\nOPTIM",
        '"adamw": AdamW,': '"adamw": AdamW, "pushed": Pushed,',
    },
    "nn/penalty/__init__.py": {
        "\n\nPENAL": "\nfrom tuilab.nn.penalty.ridge import Ridge\n\nPENAL",
        '"max_norm": MaxNorm}': '"max_norm": MaxNorm, "ridge": Ridge}',
    },
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


def test_a_format_a_rule_and_a_penalty_more_are_read_set_and_trained(place: Path) -> None:
    points = [(sign + number / 100, -sign, "ab"[sign > 0]) for number in range(60) for sign in (1, -1)]
    (place / "table.ssv").write_text("".join(f"{x} {y} {kind}\n" for x, y, kind in points))
    (place / "new.ssv").write_text("1 -1\n-1 1\n")
    rule = "--set optimization.optimizer=pushed --set optimization.push"
    setting = f"{rule}=0.5 --set regularization.kind=ridge --set optimization.iterations=100"
    (said, code), (predicted, _), (_, unknown), (_, beyond) = told(
        place, f"run table.ssv {setting}", "predict last new.ssv", "run table.sss", f"run table.ssv {rule}=2"
    )
    assert code == 0 and "+ penalty " in said and "does not know pushed" in said
    assert predicted.splitlines()[1:] == ["b", "a"] and unknown == beyond == 2


def test_a_view_more_is_told_and_drawn(place: Path) -> None:
    ((said, code),) = told(place, f"inspect {SHORT} --view spectrum")
    assert code == 0 and said.startswith("σ₁ is ")
    assert there(place, OPENED).startswith("Spectrum σ₁ is ")
