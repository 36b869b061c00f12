"""Which runs an expression means, and what is no expression."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.told import told
from tuilab.errors import BadInput
from tuilab.lab.filter import parse
from tuilab.runs import About

L2 = {"regularization.kind": "l2"}
RUNS = [
    told(1, L2 | {"regularization.lambd": "0.5", "network.hidden": "10, 5"}, dev_error=0.05, seconds=3.5),
    told(2, L2 | {"regularization.lambd": "1"}, dev_error=0.1, status="diverged", about=About(label="the best one")),
    told(3, L2 | {"regularization.lambd": "2", "inputs.normalize": "false", "data.examples": "40"}, title="A = B"),
    told(4, {"regularization.lambd": "9", "network.activation": "relu, tanh", "network.hidden": "2, 2"}, dev_error=0.0),
]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("lambd>=1 and status=done", "3"),
        ("lambd >= 1", "23"),
        ("regularization.lambd==1.0", "2"),
        ("lambd!=1", "13"),
        ("not lambd<9", "4"),
        ("dev_error<=5%", "14"),
        ("dev_error < 0.1 or lambd = 2", "134"),
        ("lambd=2 or lambd=1 and dev_error>1", "3"),
        ("(lambd=2 or lambd=1) and dev_error<1", "2"),
        ("not (lambd=2 or lambd=1)", "14"),
        ("NOT not status=done AND seconds>0", "1"),
        ("label='the best one'", "2"),
        ('title="A = B"', "3"),
        ("name=run-0001", "1"),
        ("hidden=[10, 5]", "1"),
        ("hidden=10,5", "1"),
        ("activation=[relu, tanh]", "4"),
        ("activation=relu", "123"),
        ("normalize=false", "3"),
        ("examples=all", "124"),
        ("examples<1e9", "3"),
        ("scheme=he", "1234"),
        ("iteration=1", "1234"),
        ("dev_error>-inf", "124"),
    ],
)
def test_an_expression_means_these_runs(text: str, numbers: str) -> None:
    assert "".join(run.name[-1] for run in filter(parse(text), RUNS)) == numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected the name of a figure or a knob, not the end"),
        ("lambd", "expected one of = == != < <= > >= behind lambd, not the end"),
        ("lambd>=", "expected a value behind lambd >=, not the end"),
        ("lambd>= >=1", "expected a value behind lambd >=, not >="),
        ("lambd>=1 status=done", "expected and, or, or the end, not status"),
        ("lambd>=1 and", "not the end"),
        ("(lambd>=1", r"a \) is missing"),
        ("lambd>=1)", r"or the end, not \)"),
        ("lambd>=one", "lambd: must be a number ≥ 0"),
        ("lambd>=true", "lambd: must be a number ≥ 0"),
        ("normalize=3", "normalize: must be true or false"),
        ("status=finished", "status: must be one of queued, starting"),
        ("status<done", "status: < compares numbers"),
        ("scheme>he", "scheme: > compares numbers"),
        ("scheme=the", "scheme: must be one of"),
        ("hidden>[10, 5]", "hidden: > compares numbers"),
        ("examples>all", "examples: > compares numbers"),
        ("dev_error<nan", "dev_error: must be a number"),
        ("dev_error<five", "dev_error: must be a number"),
        ("nothing=1", "nothing: is nothing that is said of runs"),
        ("lambd>'1", "cannot be read from here on: '1"),
        ("__import__('os').system('x')=1", "__import__: is nothing that is said of runs"),
        ("not " * 60 + "lambd=1", "nested too deeply"),
        ("(" * 400 + "lambd=1", "nested too deeply"),
        ("lambd=1 or " * 200, "longer than 1000 characters"),
        ("\x1b[2J=1", "cannot be read|nothing that is said"),
    ],
)
def test_what_is_no_expression_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as fault:
        parse(text)
    assert str(fault.value).isprintable()


SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne}
errors = st.sampled_from([0.0, 0.1, 0.25, 1.0])
comparisons = st.tuples(st.sampled_from(["train_error", "dev_error"]), st.sampled_from(list(SIGNS)), errors)
terms = st.recursive(
    comparisons,
    lambda inner: st.tuples(st.just("not"), inner) | st.tuples(st.sampled_from(["and", "or"]), inner, inner),
    max_leaves=8,
)


def written(term: tuple) -> str:
    match term:
        case "not", inner:
            return f"not ({written(inner)})"
        case "and" | "or", left, right:
            return f"({written(left)}) {term[0]} ({written(right)})"
        case name, sign, value:
            return f"{name}{sign}{value}"
    raise AssertionError


def holds(term: tuple, of: dict[str, float]) -> bool:
    match term:
        case "not", inner:
            return not holds(inner, of)
        case "and", left, right:
            return holds(left, of) and holds(right, of)
        case "or", left, right:
            return holds(left, of) or holds(right, of)
        case name, sign, value:
            return SIGNS[sign](of[name], value)
    raise AssertionError


@given(terms, errors, errors)
def test_it_means_what_logic_says(term: tuple, train: float, dev: float) -> None:
    of = {"train_error": train, "dev_error": dev}
    assert parse(written(term))(told(1, **of)) == holds(term, of)


@given(st.text(st.sampled_from("lambd dev_error()=<>!\"'[],.0123456789andornot\n\x1b"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)(RUNS[0])
    except BadInput as error:
        assert str(error)
