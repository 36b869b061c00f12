"""What is said of the claims of lessons."""

from collections.abc import Sequence

from tuilab.lessons import Verification, asked
from tuilab.presets import Claim, Lesson
from tuilab.text import clean
from tuilab.words import plural

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


def mark(verification: Verification | None) -> str:
    """Whether a claim holds; a dash while nobody has checked it."""
    return "–" if verification is None else "✓" if verification.holds else "✗"


def marks(verifications: Sequence[Verification | None], claims: int) -> str:
    """The marks of all the claims of a lesson."""
    return "".join(map(mark, verifications)) + "–" * (claims - len(verifications))


def claim_text(claim: Claim, verification: Verification | None) -> str:
    """A claim with its mark, its figure on the first seed, the bound that it keeps, and on how many seeds it does."""
    value = "" if verification is None else f" = {verification.outcomes[0].value:.4g}"
    said = f"{mark(verification)} {clean(claim.says)}  [{clean(claim.figure)}{value}, {bound(claim, verification)}"
    if verification is not None and verification.seeds > 1:
        said += f"; holds on {verification.held} of {verification.seeds} seeds"
    return f"{said}]"


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
    held = sum(one.holds for one in known)
    return f"{title} · {held} of {plural(len(lesson.claims), 'claim')} {'holds' if held == 1 else 'hold'}{on}"


def bound(claim: Claim, verification: Verification | None) -> str:
    """`≥ 0.1`, `at least 0.01 below 0.2 (λ 0)`: what the figure must keep."""
    parts = [f"≥ {claim.at_least:g}"] if claim.at_least is not None else []
    parts += [f"≤ {claim.at_most:g}"] if claim.at_most is not None else []
    for word, changes in (("below", claim.below), ("above", claim.above)):
        if changes is not None:
            by = f"at least {claim.by:g} " if claim.by else ""
            figure = None if verification is None else verification.outcomes[0].other
            other = "" if figure is None else f"{figure:.4g}, "
            edits = ", ".join(f"{path.rpartition('.')[2]} {text}" for path, text in changes.items())
            parts.append(f"{by}{word} {other}that with {clean(edits)}")
    return " and ".join(parts)


def told_line(lesson: str, verifications: Sequence[Verification | None]) -> str:
    """What one run says of a lesson's claims, in a line."""
    said = [f"{mark(one)} {clean(one.claim.says)}" for one in verifications if one is not None]
    left = len(verifications) - len(said)
    rest = [f"– {left} more with t"] if left else []
    return f"Lesson {clean(lesson)}: {' · '.join(said + rest)}" if lesson else ""
