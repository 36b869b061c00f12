import re
import string
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct, inspect
from msgspec.structs import replace

from tests.examples import examples
from tests.knobs import text, values
from tuilab.errors import BadInput
from tuilab.experiment import (
    GENERATED,
    SHIPPED,
    Experiment,
    convert,
    differences,
    dumps,
    edit,
    get,
    knobs,
    load,
    loads,
    without_effect,
)
from tuilab.experiment.variants import brings_knobs
from tuilab.nn import PENALTIES
from tuilab.text import CONTROLS

names = st.lists(text.filter(bool), max_size=3)
hidden = st.lists(st.integers(1, 1000), max_size=5)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    layers = draw(hidden)
    keep = st.floats(0, 1, exclude_min=True)
    train = draw(st.floats(0.01, 1))
    dev = draw(st.floats(0, 1 - train))
    table: dict[str, Any] = {
        "title": draw(text),
        "seed": draw(st.integers(0, 2**63 - 1)),
        "data": {
            "source": draw(st.sampled_from(GENERATED + SHIPPED) | text.filter(bool)),
            "examples": draw(st.just("all") | st.integers(4, 10**8)),
            "noise": draw(st.floats(0, 10)),
        },
        "columns": {"drop": draw(names), "as": draw(names), "group": draw(text)},
        "split": {"train": train, "dev": dev, "test": max(0.0, 1 - train - dev)},
        "inputs": {"normalize": draw(st.booleans())},
        "network": {"hidden": layers},
        "dropout": {"keep_prob": draw(keep | st.lists(keep, min_size=len(layers) + 1, max_size=len(layers) + 1))},
        "optimization": {"learning_rate": draw(st.floats(0, 1e6, exclude_min=True))},
    }
    return convert(table)


def test_toml_has_nothing_that_no_terminal_may_get() -> None:
    title = "".join(chr(code) for code in sorted(CONTROLS) if not 0xD800 <= code < 0xE000)
    toml = dumps(replace(Experiment(), title=title))
    assert all(line.isprintable() for line in toml.split("\n")) and loads(toml).title == title


@given(experiments())
def test_toml_gives_the_same_experiment_back(experiment: Experiment) -> None:
    assert loads(dumps(experiment)) == experiment


@given(experiments(), st.sampled_from(sorted(knobs())))
def test_a_knob_reads_back_what_it_shows(experiment: Experiment, path: str) -> None:
    shown = knobs()[path].format(get(experiment, path))
    assert edit(experiment, {path: shown}) == experiment


@pytest.mark.parametrize("path", knobs())
@examples(40)
@given(data=st.data())
def test_what_a_knob_formats_it_parses_to_the_same_value(path: str, data: st.DataObject) -> None:
    knob, value = knobs()[path], data.draw(values(path))
    shown = knob.format(value)
    again = knob.parse(shown)
    assert (again, type(again)) == (value, type(value)), shown


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("dropout.keep_prob", (0.5,), "[0.5]"),
        ("dropout.keep_prob", 0.5, "0.5"),
        ("dropout.keep_prob", (1.0, 0.5), "1.0, 0.5"),
        ("network.activation", (), "[]"),
        ("network.activation", ("relu",), "[relu]"),
        ("network.hidden", (10,), "10"),
        ("title", '"quoted"', r'''"\"quoted\""'''),
        ("columns.drop", ("'", "'"), """"'", "'\""""),
        ("columns.drop", ("5' 10\"", "age"), "5' 10\", age"),
        ("title", " two\nlines\x7f", r'" two\nlines\u007f"'),
    ],
)
def test_one_value_and_a_list_of_one_are_told_apart(path: str, value: Any, shown: str) -> None:
    assert knobs()[path].format(value) == shown
    again = knobs()[path].parse(shown)
    assert (tuple(again) if isinstance(again, list) else again) == value


@given(st.text(alphabet=string.printable, max_size=30), st.sampled_from(sorted(knobs())))
def test_any_text_gives_an_experiment_or_one_clear_line(raw: str, path: str) -> None:
    try:
        edited = edit(Experiment(), {path: raw})
    except BadInput as error:
        assert any(known.startswith(error.path.split("[")[0]) for known in knobs())
        assert "\n" not in str(error)
    else:
        assert set(differences(Experiment(), edited)) <= {path}


@pytest.mark.parametrize(
    ("toml", "path", "says"),
    [
        ("colour = 1", "colour", "unknown key"),
        ("[network]\nhiden = [1]", "network.hiden", "known here are hidden, activation"),
        ("[network]\nhidden = [4, 0]", "network.hidden[1]", "must be a whole number ≥ 1, ≤ 100,000, not 0"),
        ("[network]\nhidden = [4, true]", "network.hidden[1]", "not True"),
        ("[network]\nhidden = 4", "network.hidden", "a list"),
        ("network = 4", "network", "must be a table, not 4"),
        ("[optimization]\nlearning_rate = nan", "optimization.learning_rate", "not nan"),
        ("[optimization]\nlearning_rate = -1", "optimization.learning_rate", "> 0"),
        ("[optimization]\niterations = 1.5", "optimization.iterations", "a whole number"),
        ("[optimization]\niterations = 1180591620717411303424", "optimization.iterations", "≤ 1,000,000,000"),
        ("[inputs]\nnormalize = 1", "inputs.normalize", "true or false"),
        ("[columns]\nas = 'a = category'", "columns.as", "must be a list, each text, not 'a = category'"),
        ("[columns]\ndrop = ['a', 1]", "columns.drop[1]", "must be text, not 1"),
        ("[columns]\nas_ = ['a']", "columns.as_", "known here are drop, as, missing"),
        ("[regularization]\nkind = 'l3'", "regularization.kind", f"one of {', '.join(sorted(PENALTIES))}, not 'l3'"),
        ("[split]\ntrain = 0.9", "split", "must be 1, got 1.3"),
        ("[dropout]\nkeep_prob = [1.0, 0.5, 0.5]", "dropout.keep_prob", "needs 2 values"),
        ("[dropout]\nkeep_prob = 0", "dropout.keep_prob", "> 0"),
        ("seed = 1\nseed = 2", "", "not TOML"),
        ("a = " + "[" * 2000, "", "nested too deeply"),
        ("title = '" + "x" * 300 + "'", "title", "must be at most 200 characters, not 300"),
    ],
)
def test_bad_input_names_the_path_and_what_is_allowed(toml: str, path: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        loads(toml)
    assert caught.value.path == path
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"title = '\xe9'", "not UTF-8"),
        (b"\xff\xfet\x00i\x00", "not UTF-8"),
        (b"#" * 1_000_001, "larger than"),
    ],
)
def test_files_that_are_no_toml_text_are_refused_by_name(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=says) as caught:
        load(path)
    assert caught.value.file == str(path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbfseed = 5\n")
    assert load(path).seed == 5


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        load(tmp_path / "none.toml")
    with pytest.raises(BadInput, match="not a regular file"):
        load(tmp_path)


def test_shares_that_belong_together_change_together() -> None:
    edited = edit(Experiment(), {"split.train": "0.98", "split.dev": "0.01", "split.test": "0.01"})
    assert edited.split.train == 0.98
    with pytest.raises(BadInput):
        edit(Experiment(), {"split.train": "0.98"})


def test_every_number_has_bounds_and_every_knob_has_words() -> None:
    for knob in knobs().values():
        assert knob.title and knob.help, knob.path
        if knob.kind in ("integer", "number"):
            assert any(sign in knob.allowed for sign in "≥>") and any(sign in knob.allowed for sign in "≤<"), knob.path


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ({}, ()),
        ({"optimization.beta1": "0.5", "optimization.optimizer": "adam"}, ()),
        ({"optimization.beta1": "0.5"}, ('"β₁" has no effect while "optimizer" is gradient_descent',)),
        (
            {"optimization.beta1": "0.5", "optimization.epsilon": "0.1", "optimization.optimizer": "rmsprop"},
            ('"β₁" has no effect while "optimizer" is rmsprop',),
        ),
        ({"regularization.lambd": "2"}, ('"λ (lambd)" has no effect while "penalty" is none',)),
        (
            {"regularization.kind": "l2", "regularization.lambd": "2", "regularization.l1_step": "proximal"},
            ('"L1 step" has no effect while "penalty" is l2',),
        ),
        (
            {"network.hidden": "", "network.activation": "tanh", "dropout.keep_prob": "0.5"},
            (
                '"activation" has no effect while "hidden layers" is empty',
                '"keep_prob" has no effect while "hidden layers" is empty',
            ),
        ),
        ({"network.hidden": "", "dropout.keep_prob": "[0.5]"}, ()),  # of the inputs
        ({"columns.drop": "id"}, ('"left out" has no effect while "source" is breast-cancer',)),
        ({"columns.drop": "id", "data.dev_source": "dev.csv", "split.dev": "0", "split.train": "0.8"}, ()),
        (
            {"data.source": "franke", "diagnosis.threshold": "0.3", "diagnosis.noise": "1"},
            ('"threshold" has no effect while "source" is franke',),
        ),
        (
            {"data.source": "own.csv", "task": "regression", "optimization.class_weights": "balanced"},
            ('"class weights" has no effect while "task" is regression',),
        ),
        (
            {"initialization.scheme": "zeros", "initialization.gain": "2"},
            ('"gain" has no effect while "initializer" is zeros',),
        ),
        ({"optimization.decay_rate": "0.1"}, ('"decay rate r" has no effect while "rate decay" is none',)),
    ],
)
def test_a_knob_that_does_not_apply_is_said(edits: dict[str, str], says: tuple[str, ...]) -> None:
    assert without_effect(edit(Experiment(), edits)) == says


def test_variants_that_share_a_knob_declare_it_alike() -> None:
    class One(Struct):
        beta1: Annotated[float, Meta(ge=0)] = 0.9

    class Other(Struct):
        beta1: Annotated[float, Meta(ge=0)] = 0.8

    with pytest.raises(TypeError, match="b declares beta1 otherwise than a"):
        brings_knobs("optimizer", {"a": One, "b": Other})


def test_no_section_has_a_field_without_a_default() -> None:
    info = inspect.type_info(Experiment)
    assert isinstance(info, inspect.StructType)
    assert loads("") == Experiment()
    assert {field.name for field in info.fields} >= {"data", "split", "network", "optimization"}


@pytest.mark.parametrize("path", ["title", "data.source"])
def test_a_text_that_no_file_can_hold_is_refused(path: str) -> None:
    with pytest.raises(BadInput, match="must be Unicode text") as refusal:
        edit(Experiment(), {path: "a\udcff"})
    assert refusal.value.path == path


def test_a_knob_that_does_nothing_is_named_as_a_name_whatever_its_grammar() -> None:
    """Of copies, class weights, what is left out: they are quoted, so that one verb is right for all of them."""
    found = without_effect(edit(Experiment(), {"augmentation.rotation": "5", "columns.drop": "id"}))
    assert '"rotation" has no effect while "copies" is 0' in found
    for sentence in found:
        assert re.fullmatch(r'"[^"]+" has no effect while "[^"]+" is \S.*', sentence)


def test_the_name_of_every_knob_fits_a_small_screen() -> None:
    """Where the panels stand side by side in 80 columns a name has fifteen."""
    assert [path for path, knob in knobs().items() if len(knob.title) > 15] == []
