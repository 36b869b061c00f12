import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.verdicts import judged
from tuilab.events import Parts, Tally, Target, Threshold
from tuilab.experiment import Experiment, edit
from tuilab.nn.task.chance import limits_of_share, more_of_share, wilson
from tuilab.training import Course, diagnose, diagnose_divergence
from tuilab.training.base_error import base_error
from tuilab.training.line import Reached, step

EXAMPLES = Parts(train=6000, dev=2000, test=2000)
ASKED = ["the preflight", "see whether each label belongs to its row"]
OWN_TABLE = edit(Experiment(), {"data.source": "own.csv"})
OWN = edit(Experiment(), {"diagnosis.base_error": "0"})


@pytest.mark.parametrize(
    ("train", "dev", "base", "high_bias", "high_variance"),
    [
        (0.01, 0.11, 0, False, True),
        (0.15, 0.16, 0, True, False),
        (0.15, 0.30, 0, True, True),
        (0.005, 0.01, 0, False, False),
        (0.15, 0.16, 0.15, False, False),
    ],
)
def test_the_examples_of_the_notes(train: float, dev: float, base: float, high_bias: bool, high_variance: bool) -> None:
    experiment = edit(Experiment(), {"diagnosis.base_error": str(base)})
    diagnosis = diagnose(Parts(train=train, dev=dev), EXAMPLES, experiment)
    assert (diagnosis.high_bias, diagnosis.high_variance) == (high_bias, high_variance)
    assert diagnosis.state == "told"
    assert diagnosis.base_error and diagnosis.base_error.value == base
    assert diagnosis.bias == pytest.approx(train - base)
    assert diagnosis.variance == pytest.approx(dev - train)
    assert bool(diagnosis.actions) == (high_bias or high_variance)
    assert ("High bias" in diagnosis.sentence) == high_bias
    assert ("igh variance" in diagnosis.sentence) == high_variance


@pytest.mark.parametrize(
    ("dev", "examples", "low", "high"),
    [
        (0.5, 100, 0.404, 0.596),
        (0.1, 900, 0.082, 0.121),
        (0.0, 60, 0.0, 0.060),
        (1.0, 50, 0.929, 1.0),
        (0, 1, 0, 0.793),
    ],
)
def test_what_chance_leaves_open_is_wilsons_interval(dev: float, examples: int, low: float, high: float) -> None:
    diagnosis = diagnose(Parts(train=0.0, dev=dev), Parts(train=600, dev=examples), Experiment())
    assert diagnosis.interval == pytest.approx((low, high), abs=6e-4)


@given(st.floats(0.01, 0.99), st.integers(20, 2000), st.integers(0, 2**32))
def test_of_100_intervals_95_hold_the_true_error(error: float, examples: int, seed: int) -> None:
    """Within what is known of Wilson's: of single errors it holds somewhat fewer, never far fewer."""
    wrong = np.random.default_rng(seed).binomial(examples, error, 500) / examples
    held = [low <= error <= high for low, high in (wilson(float(share), examples) for share in wrong)]
    assert np.mean(held) > 0.87


@pytest.mark.parametrize("examples", [1, 2, 3, 5, 10, 60, 200])
def test_of_100_limits_on_one_side_90_hold_of_however_few_examples(examples: int) -> None:
    """Counted, not simulated: whatever the true error is, no more than one in ten such limits is on its wrong side."""
    limits = np.array([limits_of_share(wrong / examples, examples) for wrong in range(examples + 1)])
    ways = [math.comb(examples, wrong) for wrong in range(examples + 1)]
    for error in np.linspace(0.01, 0.99, 99):
        chances = [way * error**wrong * (1 - error) ** (examples - wrong) for wrong, way in enumerate(ways)]
        assert np.dot(chances, limits[:, 0] > error) < 0.11 and np.dot(chances, limits[:, 1] < error) < 0.11


@pytest.mark.parametrize(("base", "examples"), [(0.1, 2), (0.05, 3), (0.0, 10), (0.4, 3)])
def test_what_few_dev_examples_cannot_show_is_not_told_for_sure(base: float, examples: int) -> None:
    """Of a low variance no more than one in ten such dev sets makes a high one, of a high one as few a low one."""
    experiment, sure = edit(OWN, {"diagnosis.base_error": str(base)}), {"High variance": 0.0, "low variance": 0.0}
    truth = {"High variance": base + 0.02, "low variance": base + 0.045}
    for wrong in range(examples + 1):
        told = diagnose(Parts(train=base, dev=wrong / examples), Parts(train=5000, dev=examples), experiment).sentence
        for words, error in truth.items():
            if words in told and "In doubt" not in told:
                sure[words] += math.comb(examples, wrong) * error**wrong * (1 - error) ** (examples - wrong)
    assert max(sure.values()) < 0.1


@given(st.floats(0.05, 0.3), st.integers(50, 2000), st.integers(0, 2**32))
def test_of_100_limits_on_one_side_90_hold(error: float, examples: int, seed: int) -> None:
    wrong = np.random.default_rng(seed).binomial(examples, error, 500) / examples
    assert np.mean(wrong <= error + more_of_share(error, examples)) > 0.8


@pytest.mark.parametrize(
    ("train", "dev", "examples", "others"),
    [
        (0.01, 0.11, 100, ""),  # 7 to 15 % above train, low is less than 2 %
        (0.01, 0.11, 6, "low"),  # 1.6 to 35 %
        (0.0, 0.02, 400, ""),  # 1.3 to 3.1 %, high is more than 4.5 %
        (0.0, 0.02, 100, "high"),  # 0.8 to 4.7 %
        (0.0, 0.0, 60, ""),  # 0 to 2.7 %: sixty right answers of sixty are more than luck
        (0.0, 0.0, 30, "high"),
        (0.0, 0.03, 2000, ""),  # near the bar, which the sentence says anyway
        (0.0, 0.025, 500, "low"),
        (0.0, 0.035, 500, "high"),
        (0.0, 0.03, 100, "low or high"),
    ],
)
def test_a_variance_that_chance_could_make_look_so_is_in_doubt(
    train: float, dev: float, examples: int, others: str
) -> None:
    experiment = edit(OWN, {"data.source": "moons"})
    diagnosis = diagnose(Parts(train=train, dev=dev), Parts(train=600, dev=examples), experiment)
    assert diagnosis.state == ("too little data" if others else "told")
    assert diagnosis.high_variance == (dev - train > 0.03), "the likelier verdict is still told"
    doubt = f" In doubt: with {examples} dev examples the variance may as well be {others}."
    assert diagnosis.sentence.endswith(doubt) if others else "doubt" not in diagnosis.sentence
    assert not others or diagnosis.actions[0].label == "1,600 examples", "first measure"


@pytest.mark.parametrize("dev", [0.0, 1.0])
def test_one_dev_example_proves_nothing(dev: float) -> None:
    for train, bias in ((0.0, "Low bias"), (0.4, "High bias: it underfits the training set")):
        diagnosis = diagnose(Parts(train=train, dev=dev), Parts(train=600, dev=1), Experiment())
        assert (diagnosis.state, diagnosis.high_variance) == ("too little data", None)
        nothing = "One dev example proves nothing: with it the variance cannot be told."
        assert diagnosis.sentence.startswith(f"{bias}. {nothing}")


def test_where_no_more_examples_can_be_had_more_seeds_are_advised() -> None:
    for data, words in (
        ({"data.source": "breast-cancer"}, "More seeds would tell"),
        ({"data.examples": "200"}, "high."),
    ):
        diagnosis = diagnose(Parts(train=0.0, dev=0.04), Parts(train=60, dev=25), edit(Experiment(), data))
        assert diagnosis.state == "too little data" and words in diagnosis.sentence


def test_a_bias_that_chance_could_make_look_so_is_in_doubt() -> None:
    """Of 100 examples of which the best gets 15.82 % wrong, it gets more than 20.5 % wrong once in ten times."""
    noisy = edit(Experiment(), {"data.source": "moons", "data.noise": "0.45"})
    few, many = (
        diagnose(Parts(train=0.23, dev=0.24), Parts(train=examples, dev=10_000), noisy) for examples in (100, 10_000)
    )
    assert few.sentence.startswith("Borderline bias, low variance")
    assert few.sentence.endswith(" In doubt: with 100 training examples the bias may as well be low.")
    assert many.sentence == "High bias: it underfits even the training set."
    falling = Course(iteration=np.arange(1000.0), cost=np.linspace(0.8, 0.6, 1000))
    states = [
        diagnose(Parts(train=0.21, dev=0.22), Parts(train=m, dev=10_000), noisy, falling).state for m in (100, 5000)
    ]
    assert states == ["told", "converging"], "what may be no bias at all has no cause"


def test_where_dev_is_at_the_base_error_a_borderline_bias_is_none() -> None:
    noisy = edit(Experiment(), {"data.source": "moons", "data.noise": "0.45"})
    diagnosis = diagnose(Parts(train=0.19, dev=0.14), Parts(train=180, dev=1000), noisy)
    assert diagnosis.sentence.startswith("Low bias and low variance") and not diagnosis.actions


def test_of_a_high_bias_no_variance_is_told_that_is_in_doubt() -> None:
    """24 % on 240, 30 % on 80: half of such a gap is chance."""
    few, many = (diagnose(Parts(train=0.24, dev=0.30), Parts(train=240, dev=dev), OWN) for dev in (80, 800))
    assert few.sentence == "High bias: it underfits even the training set."
    assert not any("examples" in action.label or "dropout" in action.label for action in few.actions)
    assert many.sentence.startswith("High bias and high variance")


@pytest.mark.parametrize("dev", [0.15, 0.16, 0.5])
def test_against_bias_data_are_no_action_and_no_doubt_is_told(dev: float) -> None:
    """With ten dev examples the variance is anybody's guess, yet the first thing to do does not hang on it."""
    experiment = edit(OWN, {"data.source": "moons"})
    diagnosis = diagnose(Parts(train=0.15, dev=dev), Parts(train=600, dev=10), experiment)
    assert diagnosis.state == "told" and "doubt" not in diagnosis.sentence
    against_bias = diagnose(Parts(train=0.15, dev=0.15), Parts(train=600, dev=10), experiment).actions
    assert not any("examples" in action.label or "copies" in action.label for action in against_bias)


@pytest.mark.parametrize(
    ("train", "dev", "word"),
    [
        (0.0029, 0.0351, "borderline variance"),
        (0.0059, 0.0351, "borderline variance"),
        (0.05, 0.055, "Borderline bias"),
        (0.035, 0.04, "Borderline bias"),
        (0.05, 0.085, "Borderline bias and variance"),
        (0.035, 0.2, "High variance"),
        (0.2, 0.23, "High bias"),
    ],
)
def test_near_a_bar_the_words_are_the_same_on_both_sides(train: float, dev: float, word: str) -> None:
    assert word in diagnose(Parts(train=train, dev=dev), EXAMPLES, OWN).sentence


def test_no_dev_error_is_to_be_expected_below_the_base_error() -> None:
    """Two moons with noise 0.35 have a Bayes error of 11.27 %."""
    experiment = edit(Experiment(), {"data.source": "moons", "data.noise": "0.35"})
    for train, dev in ((0.113, 0.114), (0.0, 0.12)):
        diagnosis = diagnose(Parts(train=train, dev=dev), Parts(train=980_000, dev=10_000), experiment)
        assert (diagnosis.high_bias, diagnosis.high_variance, diagnosis.actions) == (False, False, ())
        assert diagnosis.sentence.startswith("Low bias and low variance") and ("memory" in diagnosis.sentence) == (
            train == 0
        )
    diagnosis = diagnose(Parts(train=0.0, dev=0.2), EXAMPLES, experiment)
    assert diagnosis.high_variance and diagnosis.variance == 0.2


@pytest.mark.parametrize(
    ("edits", "value", "origin"),
    [
        ({"data.source": "moons", "data.noise": "0.35"}, 0.1127, "Bayes, noise 0.35"),
        ({"data.source": "breast-cancer"}, 0.025, "the data's notes"),
        ({"data.source": "digits"}, 0.02, "the data's notes"),
        ({"data.source": "my.csv"}, 0.0, "assumed"),
        ({"data.source": "moons", "diagnosis.base_error": "0.3"}, 0.3, "given"),
    ],
)
def test_the_base_error_says_where_it_comes_from(edits: dict[str, str], value: float, origin: str) -> None:
    base = base_error(edit(Experiment(), edits))
    assert base.value == pytest.approx(value, abs=1e-4) and origin in base.origin


@pytest.mark.parametrize("made", [0, 99, 100, 2000, None])
@pytest.mark.parametrize("going", [True, False])
def test_before_a_twentieth_of_the_iterations_nothing_is_told_while_more_are_to_come(
    made: int | None, going: bool
) -> None:
    experiment = edit(OWN, {"optimization.iterations": "2000"})
    few = made is not None and made < 100
    diagnosis = diagnose(Parts(train=0.4, dev=0.6), EXAMPLES, experiment, Course(made=made, going=going))
    assert (diagnosis.state == "too early") == (few and going) == diagnosis.sentence.startswith("Too early")
    assert diagnosis.bias == 0.4, "the figures themselves are shown"
    if few and going:
        assert (diagnosis.high_bias, diagnosis.high_variance, diagnosis.actions) == (None, None, ())
    else:
        assert diagnosis.high_bias and diagnosis.high_variance and diagnosis.actions
    assert diagnosis.sentence.startswith("Ended after") == (few and not going)


def test_without_a_dev_set_the_variance_is_not_told() -> None:
    for train, high in ((0.2, True), (0.01, False)):
        diagnosis = diagnose(Parts(train=train), Parts(train=600), OWN)
        assert (diagnosis.state, diagnosis.high_bias) == ("no dev set", high)
        assert diagnosis.high_variance is None and diagnosis.variance is None and diagnosis.interval is None
        assert "dev set" in diagnosis.sentence


def test_nothing_measured_is_no_verdict() -> None:
    diagnosis = diagnose(Parts(), Parts(), Experiment())
    assert (diagnosis.state, diagnosis.high_bias, diagnosis.high_variance) == ("not measured", None, None)
    assert diagnosis.actions == ()


def test_a_diverged_run_has_a_verdict_on_its_step_alone() -> None:
    diagnosis = diagnose_divergence(Experiment())
    assert (diagnosis.state, diagnosis.bias, diagnosis.high_bias) == ("diverged", None, None)
    assert diagnosis.actions[0].edits == {"optimization.learning_rate": "0.01"}


def test_a_penalty_that_flips_the_weights_is_told_with_an_alpha_that_does_not() -> None:
    huge = {"regularization.kind": "l2", "regularization.lambd": "1e5", "optimization.iterations": "400"}
    run = judged(Experiment(), huge)
    assert run.diagnosis.state == "diverged" and "by the penalty: 1 − αλ/m is -28.3" in run.diagnosis.sentence
    assert [one.label for one in run.diagnosis.actions] == ["learning rate 0.003", "λ = 3000"]
    for one in run.diagnosis.actions:
        child = judged(run.experiment, one.edits)
        assert child.finished.status == "done" and child.diagnosis.state != "diverged"


@pytest.mark.parametrize(("path", "value"), [("decay", "inverse"), ("optimizer", "adam"), ("optimizer", "momentum")])
def test_a_factor_on_the_weights_is_told_only_where_it_is_the_same_at_every_update(path: str, value: str) -> None:
    huge = edit(Experiment(), {"regularization.kind": "l2", "regularization.lambd": "1e5"})
    course = Course(labels=Parts(train=(90, 90)))
    assert "1 − αλ/m" in diagnose_divergence(huge, course).sentence
    assert "too large" in diagnose_divergence(edit(huge, {f"optimization.{path}": value}), course).sentence


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.99), st.integers(1, 10**7))
def test_any_errors_have_a_verdict_of_finite_figures(train: float, dev: float, base: float, examples: int) -> None:
    experiment = edit(Experiment(), {"diagnosis.base_error": str(base)})
    diagnosis = diagnose(Parts(train=train, dev=dev), Parts(train=10, dev=examples), experiment)
    assert diagnosis.bias == train - base and diagnosis.variance == dev - train
    assert diagnosis.interval is not None and 0 <= diagnosis.interval[0] <= dev <= diagnosis.interval[1] <= 1
    told = None if examples == 1 else dev - max(train, base) > 0.03
    assert diagnosis.high_bias == (train - base > 0.04) and diagnosis.high_variance == told


@pytest.mark.parametrize(
    ("train", "dev", "examples", "heart"),
    [
        (0.25, 0.45, 200, True),
        (0.25, 0.45, 100, False),  # 35 to 55 %: more than half of what it learned may hold
        (0.10, 0.37, 30, False),  # 22 to 54 %: an interval that holds chance proves nothing
        (0.10, 0.50, 30, True),
        (0.25, 0.35, 200, False),
        (0.48, 0.48, 200, False),
        (0.1, 0.45, 20, False),
        (0.35, 0.45, 200, False),  # two fifths of what it learned hold for all that is known
        (0.42, 0.45, 200, False),  # better than chance by more than chance, and first of all it underfits
    ],
)
def test_who_learned_by_heart_is_told_so_and_no_bigger_network(
    train: float, dev: float, examples: int, heart: bool
) -> None:
    """Of two equal classes chance is 50 %; of few dev examples nobody knows."""
    own, sizes = edit(Experiment(), {"data.source": "own.csv"}), Parts(train=600, dev=examples)
    seen = Course(labels=Parts(train=(300, 300), dev=(examples // 2, examples // 2)))
    found = diagnose(Parts(train=train, dev=dev), sizes, own, seen)
    assert found.sentence.startswith("Learned by heart: on dev its error, ") == heart
    assert any(one.why.startswith("a bigger network can fit more") for one in found.actions) != heart


@pytest.mark.parametrize(("train", "heart"), [(0.25, False), (0.03, True)])
def test_where_the_columns_are_known_to_tell_of_the_label_nobody_asks_whether_they_do(
    train: float, heart: bool
) -> None:
    """Of circles, whose Bayes error is known, who misses a quarter of train underfits, and then learned by heart."""
    circles, seen = edit(Experiment(), {"data.source": "circles"}), Course(labels=Parts(train=(300, 300)))
    found = diagnose(Parts(train=train, dev=0.5), Parts(train=600, dev=200), circles, seen)
    assert found.sentence.startswith("Learned by heart" if heart else "High bias and high variance")
    assert "?" not in found.sentence


def test_where_no_labels_are_counted_chance_is_not_known() -> None:
    for labels in (Parts[tuple[int, ...]](train=(0, 0), dev=(0, 0)), Parts[tuple[int, ...]]()):
        sizes = Parts(train=600, dev=200)
        found = diagnose(Parts(train=0.25, dev=0.45), sizes, Experiment(), Course(labels=labels))
        assert not found.sentence.startswith("Learned by heart")


def test_numbers_may_be_learned_by_heart_too() -> None:
    """Chance is to say the mean."""
    seen = Course(target=Target(name="y", mean=0, scale=2, deviation=Parts(train=2.0, dev=1.8)))
    for dev, heart in ((0.75, True), (0.4, False)):
        found = diagnose(Parts(train=0.3, dev=dev), Parts(train=300, dev=200), Experiment(), seen)
        assert found.sentence.startswith("Learned by heart") == heart
        assert ("that of chance, 81.00 %. Whether the columns tell of the target at all" in found.sentence) == heart


@pytest.mark.parametrize(
    ("train", "dev", "examples", "begins", "ends"),
    [
        (
            0.48,
            0.52,
            200,
            "No better than chance: on dev its error, 52.00 %, may as well be that of chance, 50.00 %.",
            "",
        ),
        (0.48, 0.58, 200, "No better than chance: on dev its error, 58.00 %, is above that of chance, 50.00 %.", ""),
        (0.35, 0.44, 100, "No better than chance", ""),
        (0.42, 0.45, 200, "High bias", "Do the columns tell of the label at all?"),  # most of what it learned may hold
        (0.48, 0.52, 12, "High bias", "with 12 dev examples the error may as well be that of chance, 50.00 %. Do the"),
        (0.0, 0.4, 20, "High variance", "Do the columns tell of the label at all?"),
        (0.3, 0.32, 200, "High bias", "diagnosis.base_error)."),
        (0.0, 0.0, 3, "Low bias", "the variance may as well be high."),  # which holds chance, and nothing is wrong
    ],
)
def test_who_is_no_better_than_chance_is_told_so_before_bias_and_variance(
    train: float, dev: float, examples: int, begins: str, ends: str
) -> None:
    """Of two equal classes whose base error nobody knows; what tests that comes before all cures."""
    seen = Course(labels=Parts(train=(300, 300), dev=(examples - examples // 2, examples // 2)))
    sizes, chance = Parts(train=600, dev=examples), "chance" in begins + ends or "columns" in ends
    found = diagnose(Parts(train=train, dev=dev), sizes, OWN_TABLE, seen)
    assert found.sentence.startswith(begins) and ends in found.sentence
    assert ([one.label for one in found.actions[:2]] == ASKED) == chance
    assert not chance or any(one.edits for one in found.actions[2:]), "the cures come after"


def test_where_a_run_of_the_line_was_better_the_columns_are_known_to_tell() -> None:
    """A child with a hopeless α comes to chance on the dev set of which its parent got most right."""
    rates = {"optimization.learning_rate": (0.5, 1e-5)}
    worse = step(rates, Reached(0.08, 0.1, None, wilson(0.1, 200)), Reached(0.5, 0.52, None, wilson(0.52, 200)))
    seen = Course(labels=Parts(train=(300, 300), dev=(100, 100)))
    child, sizes = edit(OWN_TABLE, {"optimization.learning_rate": "1e-5"}), Parts(train=600, dev=200)
    for steps, asked in (((), True), ((worse,), False)):
        found = diagnose(Parts(train=0.5, dev=0.52), sizes, child, replace(seen, steps=steps))
        assert ("Whether the columns tell" in found.sentence) == asked
        assert (ASKED[0] in [one.label for one in found.actions]) == asked


def test_where_the_base_error_is_known_or_chance_is_no_aim_it_is_no_question() -> None:
    """Of dev of one class, of class weights, which find the rare at the expense of the frequent ones, and of a run that
    was ended as soon as it had begun."""
    known = edit(OWN_TABLE, {"diagnosis.base_error": "0.1"})
    weighted = edit(OWN_TABLE, {"optimization.class_weights": "balanced"})
    cases = ((known, (100, 100), None), (OWN_TABLE, (200, 0), None), (weighted, (140, 60), None))
    for experiment, dev, made in (*cases, (OWN_TABLE, (100, 100), 10)):
        seen = Course(labels=Parts(train=(300, 300), dev=dev), made=made)
        found = diagnose(Parts(train=0.48, dev=0.52), Parts(train=600, dev=200), experiment, seen)
        assert "High bias" in found.sentence and "chance" not in found.sentence
        assert "the preflight" not in [one.label for one in found.actions]


@pytest.mark.parametrize(
    ("right", "worth", "asked"),
    [((130, 22), None, True), ((190, 45), None, False), ((160, 35), None, False), ((160, 35), 0.2, True)],
)
def test_of_unequal_classes_another_threshold_may_show_that_the_columns_tell(
    right: tuple[int, int], worth: float | None, asked: bool
) -> None:
    """Who says the frequent class alone has the balanced error of chance, whatever its outputs know."""
    dev = Tally(examples=(200, 50), predicted=(250, 0), right=(200, 0))
    train = Tally(examples=(1900, 100), predicted=(2000, 0), right=(1900, 0))
    best = replace(dev, predicted=(right[0] + 50 - right[1], right[1] + 200 - right[0]), right=right)
    seen = Course(
        labels=Parts(train=train.examples, dev=dev.examples),
        tally=Parts(train=train, dev=dev),
        threshold=Threshold(value=0.2, tally=best),
        worth=Parts(dev=worth),
    )
    found = diagnose(Parts(train=0.05, dev=0.2), Parts(train=2000, dev=250), OWN_TABLE, seen)
    assert found.state == "unequal" and found.actions[0].label == "balanced class weights"
    assert ("No better than chance: on dev its balanced error, 50.00 %, may" in found.sentence) == asked
    assert (ASKED[0] in [one.label for one in found.actions]) == asked


@pytest.mark.parametrize(("worth", "low"), [(None, False), (0.1, True)])
def test_of_groups_a_bias_may_be_chance_that_is_none_of_as_many_examples(worth: float | None, low: bool) -> None:
    """As much more than 30 % as 8 points has one of 60 examples by chance, of 600 none."""
    stated, seen = edit(Experiment(), {"diagnosis.base_error": "0.3"}), Course(worth=Parts(train=worth, dev=worth))
    said = diagnose(Parts(train=0.38, dev=0.38), Parts(train=600, dev=600), stated, seen).sentence
    assert ("In doubt: with 600 training examples the bias may as well be low." in said) == low
    assert said.startswith("High bias") != low


def test_a_column_that_says_the_label_is_told_beside_any_verdict_and_left_out_by_one_key() -> None:
    experiment, examples = Experiment(), Parts(train=600, dev=200)
    for train, dev in ((0.0, 0.0), (0.3, 0.3), (0.0, 0.2)):
        course = Course(telltales=("alive",))
        found = diagnose(Parts(train=train, dev=dev), examples, edit(experiment, {"columns.drop": "name"}), course)
        assert '"alive" alone says the label: unless it is known before the label is' in found.sentence
        assert found.actions[0].edits == {"columns.drop": "name, alive"}
        assert "alone says" not in diagnose(Parts(train=train, dev=dev), examples, experiment).sentence


def test_no_error_leads_back_to_columns_that_were_left_out() -> None:
    before, after = Reached(0.0, 0.0, 0.0, (0.0, 0.02)), Reached(0.2, 0.25, 0.4, (0.2, 0.3))
    assert step({"optimization.learning_rate": (1, 2)}, before, after).worse
    assert not step({"columns.drop": ((), ("alive",))}, before, after).worse


@pytest.mark.parametrize(("right", "asked"), [((0, 0, 95, 63, 2, 0), False), ((0, 0, 84, 52, 2, 0), True)])
def test_rare_classes_that_are_not_found_do_not_hide_that_the_columns_tell(right: tuple[int, ...], asked: bool) -> None:
    """The balanced error of six classes, of which one has two examples of dev, is that of chance by its interval."""
    dev = Tally(examples=(2, 10, 130, 134, 40, 4), predicted=(1, 9, 160, 140, 10, 0), right=right)
    train = Tally(
        examples=(6, 30, 412, 384, 119, 11), predicted=(3, 20, 480, 420, 39, 0), right=(1, 4, 310, 250, 17, 0)
    )
    seen = Course(labels=Parts(train=train.examples, dev=dev.examples), tally=Parts(train=train, dev=dev))
    found = diagnose(Parts(train=0.4, dev=0.5), Parts(train=962, dev=320), OWN_TABLE, seen)
    assert found.state == "unequal" and found.actions[0].label == "balanced class weights"
    assert ("at of chance, 83.33 %" in found.sentence) == asked
    assert ("the preflight" in [one.label for one in found.actions]) == asked
