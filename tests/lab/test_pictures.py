"""Pictures of any runs of one base: what they are of, what is said of them."""

import pytest
from msgspec import structs

from tests.lab.told import told
from tuilab.errors import BadInput
from tuilab.lab import RunSummary
from tuilab.lab.pictures import of_runs
from tuilab.lab.sentences.pictures import enough_text, pictures_text

L2 = {"regularization.kind": "l2"}
LAMBD = "regularization.lambd"


def runs(seeds: int = 1) -> list[RunSummary]:
    """λ of five decades with two networks; the dev error falls with λ, the larger network changes nothing."""
    found = []
    for step, lambd in enumerate(("0.01", "0.1", "1", "10", "100", "1000", "10000")):
        for hidden in ("16", "32, 16"):
            for seed in range(1, seeds + 1):
                edits = {**L2, LAMBD: lambd, "network.hidden": hidden, "seed": str(seed)}
                dev = 0.5 - 0.05 * step + 0.001 * seed
                found.append(told(len(found) + 1, edits, train_error=0.1, dev_error=dev))
    return found


def test_runs_that_differ_in_some_knobs_have_pictures() -> None:
    seen = of_runs("some", [*runs(3), told(99, L2, status="diverged"), told(98, experiment=None, dev_error=0.0)])
    assert (len(seen.candidates), seen.trials, seen.diverged) == (14, 43, 1)
    assert [one.scale.path for one in seen.against] == [LAMBD, "network.hidden"]
    assert seen.importance[0].proven and not seen.importance[1].proven
    assert seen.heat is not None and seen.heat.dev.shape == (2, 7)
    assert [(one.path, one.upper) for one in seen.edges] == [(LAMBD, True)]


def test_sentences_say_what_the_pictures_show() -> None:
    said = pictures_text(of_runs("some", runs(3)))
    assert "some: 42 trials, 14 points with a dev error, over λ and hidden layers." in said
    assert "Best dev error 20.20 % of 3 seeds, 20.10 % to 20.30 %, at" in said and "which flatters it" in said
    assert "The best λ, 10000.0, lies at the upper edge of what was tried: widen." in said
    assert "λ 93 %, hidden layers 0 % (no more than chance). (Kelley's ε²" in said
    assert "Sampled enough? Half as many" in said
    assert "10000   20.20 %       2  the best" in said


def test_that_more_may_only_be_luckier_is_said_where_no_seeds_tell() -> None:
    wide = [structs.replace(one, dev_error=(one.dev_error or 0) ** 4) for one in runs()]
    assert "more may find better, or luckier: seeds tell." in enough_text(of_runs("some", wide))
    said = enough_text(of_runs("some", [structs.replace(one, name=f"x{one.name}") for one in runs(3)]))
    assert "more than other seeds change (σ 0.00 % of a mean of 3): more may find better." in said


def test_a_value_that_is_a_list_is_told_from_the_next_value() -> None:
    said = pictures_text(of_runs("some", runs(3)))
    assert "hidden layers 16 or [32, 16]" in said and "hidden layers 16 or 32" not in said


def test_few_runs_prove_nothing_and_say_so() -> None:
    said = pictures_text(of_runs("few", runs()[:6]))
    assert "6 points prove nothing of importance: it takes 12." in said and "6 points cannot tell" in said


@pytest.mark.parametrize(
    ("some", "said"),
    [
        ([], "no picture yet"),
        ([told(1, dev_error=0.1), told(2, {"seed": "2"}, dev_error=0.2)], "no picture yet"),
        ([told(1, L2, dev_error=0.1), told(2)], "no picture yet"),
        (
            [told(1, {"data.source": "circles"}, dev_error=0.1), told(2, dev_error=0.2)],
            "of different data: they differ in data.source",
        ),
    ],
)
def test_what_has_no_picture_is_told_in_one_line(some: list[RunSummary], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        of_runs("some", some)
