"""What came of the trials."""

from hypothesis import given
from hypothesis import strategies as st

from tuilab.search import Candidate, TrialResult, edges, ranked
from tuilab.search.space import dimension
from tuilab.search.widening import widened


def result(value: str, dev: float | None, seed: int = 1, status: str = "done") -> TrialResult:
    return TrialResult(name=f"{value}-{seed}", point={"regularization.lambd": value}, seed=seed, status=status, dev=dev)


def ends(text: str, errors: dict[str, float], path: str = "regularization.lambd") -> list[tuple[str, bool]]:
    found = [Candidate(point={path: value}, results=(), dev=dev, train=None) for value, dev in errors.items()]
    found.sort(key=lambda one: one.dev)
    found.append(found[-1])  # of two points each lies at an end
    return [(one.value, one.upper) for one in edges([dimension(path, text)], found)]


def test_points_are_ranked_by_the_mean_of_their_seeds() -> None:
    found = ranked(
        [
            *(result("1", 0.2, 1), result("1", 0.4, 2), result("2", 0.25, 1), result("2", 0.27, 2)),
            *(result("3", None), result("4", 0.01, status="diverged"), result("5", float("nan"))),
        ]
    )
    assert [(one.point["regularization.lambd"], round(one.dev, 9)) for one in found] == [("2", 0.26), ("1", 0.3)]
    assert found[1].best.name == "1-1"
    assert ranked([]) == []


def test_a_point_with_a_seed_that_was_pruned_or_diverged_comes_after_those_with_none() -> None:
    lucky = [result("1", 0.1, 1), result("1", 0.3, 2, "pruned"), result("2", 0.1, 1), result("2", None, 2, "diverged")]
    found = ranked([*lucky, result("3", 0.2, 1), result("3", 0.2, 2), result("4", 0.3, 1)])
    assert [one.point["regularization.lambd"] for one in found] == ["3", "4", "1", "2"]


def test_the_best_at_an_end_is_told_where_there_may_be_better_beyond() -> None:
    assert ends("log:1e-3..10", {"9.5": 0.1, "0.1": 0.2}) == [("9.5", True)]
    assert ends("log:1e-3..10", {"0.0011": 0.1, "0.1": 0.2}) == [("0.0011", False)]
    assert ends("log:1e-3..10", {"0.1": 0.1, "9.5": 0.2}) == []
    assert ends("log:1e-3..10", {"9.5": 0.1, "0.1": 0.1}) == []  # as good in the middle
    assert ends("0..10", {"0.0": 0.1, "5.0": 0.2}) == []  # no λ is below 0
    assert ends("0.5,0.8,1.0", {"1.0": 0.1, "0.5": 0.2}, "dropout.keep_prob") == []  # nor keep_prob above 1
    assert ends("0.5,0.8,1.0", {"0.5": 0.1, "0.8": 0.2}, "dropout.keep_prob") == [("0.5", False)]
    assert ends("1,2", {"2": 0.1, "1": 0.2}) == []  # of two values one is always at an end
    assert ends("1..9", {"9": 0.1, "4": 0.2}, "network.hidden") == [("9", True)]
    assert ends("1..9", {"1": 0.1, "4": 0.2}, "network.hidden") == []
    assert ends("[16],[32],[64]", {"[64]": 0.1, "[16]": 0.2}, "network.hidden") == []


def wider(path: str, text: str, upper: bool) -> str:
    return widened(dimension(path, text), upper)


def test_a_range_widens_by_half_of_itself_and_no_further_than_its_knob_goes() -> None:
    lambd, keep, units = "regularization.lambd", "dropout.keep_prob", "optimization.iterations"
    assert wider(lambd, "log:1e-3..10", True) == "log:0.001..1000"
    assert wider(lambd, "log:1e-3..10", False) == "log:1e-05..10"
    assert wider(lambd, "2..10", False) == "0..10"  # 2 − 4 is below the knob's own limit
    assert wider(lambd, "0..10", False) == ""
    assert wider(keep, "0.5..0.9", True) == "0.5..1"
    assert wider(keep, "0.1..0.9", False) == "0.05..0.9"  # 0 itself is none, nor is half of the way to −0.3
    assert wider(units, "log:10..160", True) == "log:10..640"
    assert wider(units, "1..9", False) == ""


def test_values_widen_by_more_of_their_kind() -> None:
    lambd, keep = "regularization.lambd", "dropout.keep_prob"
    assert wider(lambd, "0.01, 0.1, 1", True) == "0.01, 0.1, 1, 10, 100"
    assert wider(lambd, "0,0.01,0.1,1", True) == "0, 0.01, 0.1, 1, 10, 100"
    assert wider(lambd, "1,2,3", True) == "1, 2, 3, 4, 5"
    assert wider(lambd, "log:1..8/7", True).endswith(", 8.0, 11.3, 16")  # by ratios, however near they stand
    assert wider(lambd, "2,4,6", False) == "0, 2, 4, 6"
    assert wider(lambd, "0.1,1,10", False) == "0.001, 0.01, 0.1, 1, 10"
    assert wider(keep, "0.5,0.7,0.9", True) == "0.5, 0.7, 0.9, 1"
    assert wider("network.hidden", "[16],[32],[64]", True) == ""


@given(st.floats(1e-6, 1e4), st.floats(1.001, 1e4), st.booleans(), st.booleans())
def test_what_is_wider_can_be_varied_and_holds_all_that_was(low: float, ratio: float, log: bool, upper: bool) -> None:
    one = dimension("regularization.lambd", f"{'log:' if log else ''}{low!r}..{low * ratio!r}")
    found = dimension(one.path, widened(one, upper))
    assert found.log == log and found.low <= one.low and found.high >= one.high
    assert found.high > one.high if upper else found.low < one.low
