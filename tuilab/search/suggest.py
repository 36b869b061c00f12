"""What a knob may be varied over, as a beginning for a person who has said nothing yet."""

import math

from tuilab.experiment import Experiment, get, idle, knobs
from tuilab.search.space import NEITHER

FIRST = ("optimization.learning_rate", "regularization.lambd", "network.hidden", "dropout.keep_prob")
"""What is most often varied, the most often first."""


def suggested(experiment: Experiment, path: str) -> str:
    """Values or a range around what `experiment` has at `path`; empty where only a person can know any."""
    knob, value = knobs()[path], get(experiment, path)
    low, high = knob.bounds
    if knob.choices and knob.kind != "one or list":
        return ", ".join(knob.choices)
    if knob.kind == "switch":
        return "true, false"
    if path == "network.hidden":
        layers = value or (8,)
        return ", ".join(f"[{knob.format(tuple(max(1, round(units * k)) for units in layers))}]" for k in (0.5, 1, 2))
    if knob.kind == "integer" and isinstance(value, int) and value > 0:
        return f"log:{max(1, value // 4)}..{value * 4}"
    if knob.kind not in ("number", "one or list") or knob.choices:
        return ""
    if high == 1 and knob.steps:
        return "0.5..1"
    if high < 1:  # a share, of which only a person knows what else it depends on
        return ""
    number = value if isinstance(value, float | int) and not isinstance(value, bool) and value > 0 else 0.1
    span = max(low, number / 100), min(high, number * 100)
    return f"log:{span[0]:g}..{span[1]:g}" if 0 < span[0] < span[1] and math.isfinite(span[1]) else ""


def variable(experiment: Experiment) -> list[str]:
    """The paths that may be varied and have an effect, those first that most often are."""
    found = [path for path in knobs() if path not in NEITHER and not idle(experiment, path)]
    return [*(path for path in FIRST if path in found), *(path for path in found if path not in FIRST)]


def named(text: str) -> str:
    """The path that `text` names: itself, or the only one that ends so; `text` where there is none."""
    text = text.strip()
    fitting = [path for path in knobs() if path == text] or [path for path in knobs() if path.endswith(f".{text}")]
    return fitting[0] if len(fitting) == 1 else text
