"""What every insight keeps, whatever it is of: frozen, plain, JSON there and back, words that are clean."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec
import numpy as np
import pytest
from msgspec import structs

from tests.trainers import end_of
from tuilab.errors import BadInput
from tuilab.experiment import Experiment, edit, loads
from tuilab.lab import Lab, Snapshot
from tuilab.lab.export import as_json
from tuilab.lab.insight import INSIGHTS, Insight
from tuilab.presets import ViewName
from tuilab.runs import save_weights
from tuilab.text import CONTROLS, clean
from tuilab.ui.views import VIEWS

SMALL = loads('[data]\nsource = "blobs"\nexamples = 60\n[network]\nhidden = [3]\n[optimization]\niterations = 40')
TABLE = "{}\n" + "\n".join(f"{place / 10},{name}" for place in range(20) for name in ("{}", "no"))
HOSTILE = "\x1b]52;c;\x07\u202e"
OURS = ("part", "status", "task")
"""Fields whose texts are of our own making."""
SUBJECTS = (
    "at iteration 0",
    "an ended run",
    "weights of NaN",
    "one feature",
    "no dev part",
    "images",
    "hostile names",
    "a regression",
    "a regression over one feature",
)


class Subject(NamedTuple):
    """What is looked at."""

    experiment: Experiment
    snapshot: Snapshot | None = None


@pytest.fixture(scope="module")
def seen() -> dict[tuple[str, str], Insight]:
    """What was looked at, by subject and name: no test can change it, and three ask for it."""
    return {}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, dict[str, Subject]]]:
    folder = tmp_path_factory.mktemp("insight")
    lab = Lab(folder / "home")
    runs = [_ended(lab) for _ in range(2)]
    problem = lab.problem(SMALL)
    lost = problem.initial.copy()
    lost.theta[:] = np.nan
    save_weights(lab.store.find(runs[1].name).weights_file, lost)
    yield (
        lab,
        {
            "at iteration 0": Subject(SMALL),
            "an ended run": Subject(SMALL, runs[0]),
            "weights of NaN": Subject(SMALL, runs[1]),
            "one feature": Subject(_table(folder / "one.csv", "x,y", "yes")),
            "no dev part": Subject(edit(SMALL, {"split.train": "0.8", "split.dev": "0", "split.test": "0.2"})),
            "images": Subject(edit(lab.open("digits")[1], {"data.examples": "100"})),
            "hostile names": Subject(_table(folder / "bad.csv", "\x1b[2Jx,\u202ey", HOSTILE)),
            "a regression": Subject(edit(SMALL, {"data.source": "franke"})),
            "a regression over one feature": Subject(edit(SMALL, {"data.source": "sine"})),
        },
    )


def _ended(lab: Lab) -> Snapshot:
    snapshot = end_of(lab, lab.start(SMALL))
    assert snapshot.status == "done"
    return snapshot


def _table(path: Path, head: str, name: str) -> Experiment:
    path.write_text(TABLE.format(head, *[name] * 20), encoding="utf-8")
    return edit(SMALL, {"data.source": str(path), "data.examples": "all"})


@pytest.fixture(params=SUBJECTS)
def found(
    request: pytest.FixtureRequest,
    store: tuple[Lab, dict[str, Subject]],
    seen: dict[tuple[str, str], Insight],
    name: str,
) -> Insight:
    if (request.param, name) not in seen:
        seen[request.param, name] = _look(*store, request.param, name)
    return seen[request.param, name]


def _look(lab: Lab, subjects: dict[str, Subject], of: str, name: str) -> Insight:
    subject = subjects[of]
    dataset = lab.problem(subject.experiment).dataset
    if name in (("mistakes", "trust") if dataset.target else ("boundary",) if len(dataset.features) == 1 else ()):
        with pytest.raises(BadInput, match="has no classes" if dataset.target else "needs two features"):
            INSIGHTS[name].look(lab, *subject)
        subject = subjects["at iteration 0"]
    return INSIGHTS[name].look(lab, *subject)


every = pytest.mark.parametrize("name", INSIGHTS)


@every
def test_it_is_frozen(store: tuple[Lab, dict[str, Subject]], name: str) -> None:
    found = _look(*store, "at iteration 0", name)
    for field in found.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(found, field, None)


@every
def test_its_words_are_clean_and_say_something(found: Insight, name: str) -> None:
    assert found.said and found.text.startswith(found.said.split("\n")[0])
    for line in (*found.said.split("\n"), *found.lines, *found.text.split("\n")):
        assert clean(line, len(line) + 1) == line


@every
def test_texts_from_anywhere_are_clean_in_its_words_and_in_json(found: Insight, name: str) -> None:
    """The readers of data clean the names that they give; a log, or arrays of a script, may bring others."""
    texts = {
        field: HOSTILE if isinstance(value, str) else tuple(HOSTILE for _ in value)
        for field, value in ((field, getattr(found, field)) for field in found.__struct_fields__)
        if field not in OURS and (isinstance(value, str) or (isinstance(value, tuple) and _are_texts(value)))
    }
    dirty = structs.replace(found, **texts)
    for line in (*dirty.said.split("\n"), *dirty.lines, *dirty.text.split("\n")):
        assert clean(line, len(line) + 1) == line
    assert not set(as_json(dirty)) & set(map(chr, CONTROLS))


def _are_texts(values: tuple[Any, ...]) -> bool:
    return bool(values) and all(isinstance(value, str) for value in values)


@every
def test_it_goes_through_json_and_comes_back(found: Insight, name: str) -> None:
    text = as_json(found)
    again = msgspec.json.decode(text, type=type(found), dec_hook=_array)
    assert as_json(again) == text
    assert again.text == found.text


def _array(kind: type, value: Any) -> Any:
    found = np.array(value)
    if not found.size:
        return found.astype(bool)  # JSON does not say of what it is empty
    return np.array(value, dtype=float) if found.dtype == object else found  # None is NaN


def test_weights_of_nan_are_seen_as_such(store: tuple[Lab, dict[str, Subject]]) -> None:
    lab, subjects = store
    found = {name: INSIGHTS[name].look(lab, *subjects["weights of NaN"]).said for name in INSIGHTS}
    assert "are not finite" in found["weights"] and "(100.00 %)" in found["mistakes"]


def test_every_insight_has_a_view_of_its_name() -> None:
    assert {view.TITLE.lower(): view.INSIGHT for view in VIEWS} == INSIGHTS
    assert [view.TITLE.lower() for view in VIEWS] == list(INSIGHTS) == list(get_args(ViewName))
