"""What is said of the claims of lessons."""

from collections.abc import Mapping, Sequence
from math import isfinite

from tuilab.experiment import knobs
from tuilab.lessons import Verification, asked
from tuilab.presets import Claim, Lesson
from tuilab.text import clean
from tuilab.words import count, percent, plural

SECTIONS = (
    "Train, dev and test sets",
    "Bias and variance",
    "Basic recipe",
    "Regularization: L2, L1",
    "Why regularization works",
    "Dropout",
    "Understanding dropout",
    "Augmentation and early stopping",
    "Normalizing inputs",
    "Vanishing and exploding gradients",
    "Weight initialization",
    "Numerical gradients",
    "Gradient checking",
    "Gradient checking in practice",
)
"""Of the notes, from section 1 on."""
_SHARES = {"error", "bias", "variance", "mismatch", "sparsity", "near_linear", "dead"}
_SHARES |= {"difference", "smallest", "fall", "miss", "found", "ece", "noise"}
_COUNTS = {"examples", "iterations", "kept_iteration", "descent", "faults", "planted"}
"""Kinds of figures that are told in a way of their own."""
_YES = {"diverged": "diverged", "high_bias": "high bias", "high_variance": "high variance"}
_YES |= {"high_mismatch": "data mismatch", "preflight": "check passed", "shown": "difference shown"}
_YES |= {"met": "errors have met", "overconfident": "overconfident"}
"""What is so or not: a claim may be that it is not, so that a mere `no` beside it would mislead."""
_ROOMS = {"better", "curve", "rate", "labels", "trust"}
"""Kinds whose figures are each told in its own way."""


def mark(verification: Verification | None) -> str:
    """Whether a claim holds; a dash while nobody has checked it, or not on as many seeds as decide it."""
    return "–" if verification is None else {True: "✓", False: "✗", None: "–"}[verification.holds]


def marks(verifications: Sequence[Verification | None], claims: int) -> str:
    """The marks of all the claims of a lesson."""
    return "".join(map(mark, verifications)) + "–" * (claims - len(verifications))


def claim_text(claim: Claim, verification: Verification | None) -> str:
    """A claim with its mark, its figure on the first seed, the bound that it keeps, and on how many seeds it does."""
    facts = [] if verification is None else [_figure(claim, verification.outcomes[0].value)]
    if _kind(claim) not in _YES:
        facts.append(bound(claim, verification))
    elif verification is not None and (other := verification.outcomes[0].other) is not None:
        facts.append(f"with {_changes(claim.below or claim.above or {})}: {_yes(other)}")
    said = f"{mark(verification)} {clean(claim.says)}"
    if verification is not None and max(verification.seeds, claim.seeds) > 1:
        wanted = max(claim.seeds, verification.of)
        asked_for = f", {wanted} are asked for" if verification.seeds < wanted else ""
        facts[-1] += f"; holds on {verification.held} of {plural(verification.seeds, 'seed')}{asked_for}"
    return f"{said}  [{', '.join(facts)}]" if facts else said


def head(lesson: Lesson, found: Sequence[Verification | None], checking: bool = False) -> str:
    """The section of a lesson, and how its claims stand."""
    title, known = f"{lesson.section}. {SECTIONS[lesson.section - 1]}", [one for one in found if one is not None]
    seeds = max([asked(lesson), *(one.seeds for one in known)])
    on = f" on {seeds} seeds" if seeds > 1 else ""
    if checking:
        done = max((one.seeds for one in known), default=0)
        return f"{title} · training{on}" + (f", {done} done" if on and done else "") + " …"
    if not known:
        return f"{title} · {plural(len(lesson.claims), 'claim')}, to be checked{on}"
    if few := [one.seeds for one in known if one.seeds < one.claim.seeds]:
        on = f" so far, on {min(few)} of {plural(asked(lesson), 'seed')}"
    held = sum(one.holds_so_far for one in known)
    return f"{title} · {held} of {plural(len(lesson.claims), 'claim')} {'holds' if held == 1 else 'hold'}{on}"


def bound(claim: Claim, verification: Verification | None) -> str:
    """`≥ 10 %`, `at least 1 point below 20.00 %, that with λ (lambd) 0`: what the figure must keep."""
    least, most = (
        None if value is None else _figure(claim, value, measured=False) for value in (claim.at_least, claim.at_most)
    )
    if least is not None and most is not None:
        parts = [f"{least} to {most}" if least != most else f"= {least}"]
    else:
        parts = [f"≥ {least}"] * (least is not None) + [f"≤ {most}"] * (most is not None)
    for word, changes in (("below", claim.below), ("above", claim.above)):
        if changes is not None:
            other = None if verification is None else verification.outcomes[0].other
            than = "" if other is None else f"{_figure(claim, other)}, "
            parts.append(f"{_margin(claim)}{word} {than}that with {_changes(changes)}")
    return " and ".join(parts)


def _kind(claim: Claim) -> str:
    """`error` of `error.dev`, `std` of `signal.first.std.1`, `ece` of `trust.ece`."""
    kind, *rest = claim.figure.split(".")
    if kind in _ROOMS and rest:
        return rest[0]
    if kind == "preflight" and rest == ["faults"]:
        return rest[0]
    if kind == "sweep" and rest in (["dev"], ["median"]):
        return "error"
    return rest[1] if kind == "signal" and len(rest) > 1 else kind


def _figure(claim: Claim, value: float, *, measured: bool = True) -> str:
    """A value of the claim's figure, as the views write it: a share in percent, a count whole, else five figures."""
    kind = _kind(claim)
    if kind in _SHARES:
        return percent(value) if measured else f"{100 * value:g} %"
    if kind in _YES:
        return f"{_YES[kind]}: {_yes(value)}"
    return count(round(value)) if kind in _COUNTS and isfinite(value) else f"{value:.5g}"


def _yes(value: float) -> str:
    return "yes" if value else "no"


def _margin(claim: Claim) -> str:
    if not claim.by:
        return ""
    if _kind(claim) in _SHARES:
        return f"at least {100 * claim.by:g} {'point' if claim.by == 0.01 else 'points'} "
    return f"at least {claim.by:g} "


def _changes(changes: Mapping[str, str]) -> str:
    """{path: text} in the words of the panels; of the sweep the knobs and what they are varied over."""
    paths = {path: path.removeprefix("sweep.").removeprefix("over.") for path in changes}
    titles = {
        path: (f"{knobs()[named].title}{' over' if named != path else ''}" if named in knobs() else clean(named))
        for path, named in paths.items()
    }
    return ", ".join(f"{titles[path]} {clean(text) or 'none'}" for path, text in changes.items())


def told_line(
    lesson: str, verifications: Sequence[Verification | None], known: str = "", checking: bool = False
) -> str:
    """What one run says of a lesson's claims, in a line; of the others, what is `known` of all by their marks."""
    of_run = [one for one in verifications if one is not None]
    said = [f"{'✓' if one.holds_so_far else '✗'} {clean(one.claim.says)}" for one in of_run]
    found = known or marks(verifications, len(verifications))
    others = [sign for sign, one in zip(found, verifications, strict=True) if one is None]
    rest = [
        f"{sign} {f'{others.count(sign)} more' if said else plural(others.count(sign), 'claim')}"
        for sign in "✓✗–"
        if sign in others
    ]
    if "–" in others:
        rest[-1] += ", being checked" if checking else f": C checks {'it' if others.count('–') == 1 else 'them'}"
    seed = ", on this seed" if any(one.of > one.seeds for one in of_run) else ""
    return f"Lesson {clean(lesson)}{seed}: {' · '.join(said + rest)}" if lesson else ""
