"""What came of the trials."""

from tuilab.search import Candidate, TrialResult, edges, ranked
from tuilab.search.space import dimension


def result(value: str, dev: float | None, seed: int = 1, status: str = "done") -> TrialResult:
    return TrialResult(name=f"{value}-{seed}", point={"regularization.lambd": value}, seed=seed, status=status, dev=dev)


def ends(text: str, errors: dict[str, float], path: str = "regularization.lambd") -> list[tuple[str, bool]]:
    found = [Candidate(point={path: value}, results=(), dev=dev, train=None) for value, dev in errors.items()]
    found.sort(key=lambda one: one.dev)
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
