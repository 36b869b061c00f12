"""The draft: every fault found at once, right edits kept."""

from hypothesis import given
from hypothesis import strategies as st

from tuilab import experiment as experiments
from tuilab.experiment import Experiment, get, knobs
from tuilab.ui.desk.draft import edited, field_of, load, text_of


class Editor:
    edit = staticmethod(experiments.edit)


def test_right_edits_make_another_experiment() -> None:
    draft = edited(Editor(), load(Experiment()), {"network.hidden": "8 4", "optimization.learning_rate": "0.5"})
    assert draft.faults == {}
    assert draft.experiment.network.hidden == (8, 4)
    assert draft.experiment.optimization.learning_rate == 0.5
    assert draft.changed == {"network.hidden", "optimization.learning_rate"}


def test_every_fault_is_found_and_the_right_edits_are_kept() -> None:
    edits = {"network.hidden": "0", "optimization.learning_rate": "fast", "optimization.iterations": "7"}
    draft = edited(Editor(), load(Experiment()), edits)
    assert draft.faults.keys() == {"network.hidden", "optimization.learning_rate"}
    assert draft.experiment.optimization.iterations == 7
    assert text_of(draft, "optimization.learning_rate") == "fast"


def test_a_fault_of_a_section_stands_at_the_section() -> None:
    draft = edited(Editor(), load(Experiment()), {"split.train": "0.7"})
    assert draft.faults.keys() == {"split"}
    assert edited(Editor(), draft, {"split.dev": "0.1"}).faults == {}


def test_a_field_nobody_touched_can_be_at_fault() -> None:
    base = experiments.edit(Experiment(), {"network.hidden": "8, 4", "dropout.keep_prob": "1, 0.5, 0.5"})
    draft = edited(Editor(), load(base), {"network.hidden": "8, 4, 2"})
    assert draft.faults.keys() == {"dropout.keep_prob"}
    assert draft.experiment == base


def test_an_edit_taken_back_is_no_change() -> None:
    draft = edited(Editor(), load(Experiment()), {"seed": "2"})
    assert edited(Editor(), draft, {"seed": "1"}).changed == frozenset()


def test_paths_of_faults_lead_to_fields() -> None:
    assert field_of("network.hidden[1]") == "network.hidden"
    assert field_of("split") == "split"
    assert field_of('row 3, column "age"') == ""
    assert field_of("") == ""


@given(st.dictionaries(st.sampled_from(sorted(knobs())), st.text(max_size=12), max_size=6))
def test_any_texts_give_a_draft_whose_experiment_can_be_edited_again(edits: dict[str, str]) -> None:
    draft = edited(Editor(), load(Experiment()), edits)
    assert experiments.edit(draft.experiment, {}) == draft.experiment
    for path in edits.keys() - draft.faults.keys():
        assert text_of(draft, path) == edits[path]
    for path in knobs().keys() - edits.keys():
        assert get(draft.experiment, path) == get(Experiment(), path)
