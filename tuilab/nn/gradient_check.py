"""Gradient checking: the two-sided numerical gradient of every coordinate against back-propagation.

The penalty belongs in J, dropout is off. Notes of the course, "Gradient checking": with θ all parameters as one vector,
‖dθ_approx − dθ‖₂ / (‖dθ_approx‖₂ + ‖dθ‖₂) ≤ 1e-7 is right, about 1e-5 deserves another look, ≥ 1e-3 is wrong. Where
nothing is compared (every gradient is 0 or below the rounding of J, every coordinate is at a kink), or where the
numerical gradient of another ε differs as much from this one as back-propagation does, it proves nothing.
"""

import math
from collections.abc import Mapping
from functools import partial
from typing import Literal

import numpy as np
from msgspec import Struct, field

from tuilab.arrays import Array
from tuilab.errors import BadInput
from tuilab.nn.network import Network, Pass
from tuilab.nn.numerical import numerical_gradient, rounding
from tuilab.nn.parameters import Parameters
from tuilab.nn.penalty import Penalty
from tuilab.nn.planting import plant
from tuilab.nn.rounding import EPSILON, SAFETY, suited_epsilon

CORRECT, DOUBTFUL, WRONG = 1e-7, 1e-5, 1e-3
"""The thresholds of the notes."""
_WORST = 5
"""Coordinates that a report names."""
UNSURE = 2
"""Times what another ε makes of the numerical gradient, this one may err."""
_MATTERS = 0.01
"""The share of the squared difference from which a parameter is to blame."""

Verdict = Literal["correct", "look again", "wrong", "proves nothing"]


class ParameterCheck(Struct, frozen=True, kw_only=True):
    """The check of one W or b on its own."""

    name: str
    size: int
    relative_difference: float
    """Kinks left out."""
    kinks: int = 0
    """Coordinates within ε of a kink."""
    share: float = 1.0
    """Of the squared difference of all parameters, from 0 to 1."""
    told: bool = True
    """Whether anything can be told of it: its gradient is not 0, nor below rounding, nor all at kinks."""


class CoordinateCheck(Struct, frozen=True, kw_only=True):
    """One coordinate of a parameter and its two derivatives."""

    parameter: str
    index: tuple[int, ...]
    """As NumPy counts, from 0."""
    analytic: float
    """By back-propagation, or what a function of one's own returned."""
    numerical: float
    share: float
    """Of the squared difference of all coordinates, from 0 to 1."""


class GradientReport(Struct, frozen=True, kw_only=True):
    """The check of all parameters, and the blame of each, layer by layer."""

    relative_difference: float
    """Kinks left out."""
    verdict: Verdict
    epsilon: float
    parameters: tuple[ParameterCheck, ...]
    kinks: int = 0
    """Coordinates within ε of a kink: counted, not compared."""
    worst_coordinates: tuple[CoordinateCheck, ...] = field(default=(), name="worst")
    """Those with the largest share of the difference, at most five."""
    planted: str | None = None
    """The name of the bug that was planted."""
    scale: float
    """‖dθ_approx‖₂ + ‖dθ‖₂ of what was compared."""
    rounding: float = 0.0
    """What rounding alone makes of ‖dθ_approx − dθ‖₂ at this ε, about."""
    unsure: float = 0.0
    """How far dθ_approx of another ε is from that of this one, ‖·‖₂; 0 where there was no need to ask."""
    suited_epsilon: float = EPSILON
    """The ε at which rounding would be small enough for this J and this gradient."""

    @property
    def worst(self) -> ParameterCheck:
        """The parameter whose gradient is furthest off, of those that make at least 1 % of the squared difference.

        (The gradient of a layer where it vanishes may be all rounding, and matters to nobody.)
        """
        blamed = [parameter for parameter in self.parameters if parameter.share >= _MATTERS]
        return max(blamed or self.parameters, key=lambda parameter: parameter.relative_difference)

    @property
    def guilty(self) -> tuple[ParameterCheck, ...]:
        """The parameters to blame where the gradient differs, the one furthest off first."""
        if self.verdict in ("correct", "proves nothing"):
            return ()
        blamed = [parameter for parameter in self.parameters if parameter.share >= _MATTERS]
        return tuple(sorted(blamed, key=lambda parameter: -parameter.relative_difference))

    @property
    def compared(self) -> int:
        """How many coordinates were compared: all that were looked at but those beside a kink."""
        return sum(parameter.size for parameter in self.parameters) - self.kinks

    @property
    def rounding_explains(self) -> bool:
        """Whether rounding alone could make the difference."""
        return self.relative_difference * self.scale <= SAFETY * self.rounding

    @property
    def epsilon_explains(self) -> bool:
        """Whether another ε moves the numerical gradient by as much as the difference."""
        return 0 < self.relative_difference * self.scale <= UNSURE * self.unsure


@np.errstate(all="ignore")  # what overflows is refused, or makes the verdict
def check_gradient(
    network: Network,
    parameters: Parameters,
    X: Array,
    y: Array,
    penalty: Penalty,
    epsilon: float | None = None,
    bug: str | None = None,
) -> GradientReport:
    """Compares back-propagation with the numerical gradient at `parameters`, in float64, coordinate by coordinate.

    X of shape (m, n_x), integer labels y of shape (m,). ε > 0 (`epsilon`), or else 1e-7 unless the size of J wants a
    larger one. `bug` is planted into the gradient first
    (its names: `tuilab.nn.bugs`). Raises `BadInput` if J(θ) is not finite, or for a bug that cannot be planted here.
    """
    parameters, X = parameters.astype(np.float64), X.astype(np.float64)
    if not np.isfinite(cost := _cost(network, parameters, X, y) + penalty.cost(parameters)):
        raise BadInput(f"J = {cost} is not finite, so it has no gradient: the training diverged", path="θ")
    analytic = gradient(network, parameters, X, y, penalty)
    rounded = rounding(network, parameters, X, y, penalty)
    suited = suited_epsilon(rounded, analytic.theta, CORRECT)
    epsilon = epsilon or suited
    if bug is not None:
        analytic = plant(bug, analytic, parameters, penalty, len(X))
    of_epsilon = partial(numerical_gradient, network, parameters, X, y, penalty)
    numerical, kinks = of_epsilon(epsilon)
    judged = partial(
        compare, analytic.named(), numerical.named(), epsilon, kinks.named(), bug, rounded / epsilon, suited
    )
    report = judged()
    if epsilon <= suited or report.verdict in ("correct", "proves nothing"):
        return report
    return judged(of_epsilon(max(suited, epsilon / 10)).gradient.named())


def _cost(network: Network, parameters: Parameters, X: Array, y: Array) -> float:
    targets = network.targets(y, X.dtype)
    return Pass(network, len(X)).cost(parameters, X, targets)


def gradient(network: Network, parameters: Parameters, X: Array, y: Array, penalty: Penalty) -> Parameters:
    """∂J/∂θ by back-propagation, penalty included, for X of shape (m, n_x) and labels y of shape (m,)."""
    result = Parameters(network.sizes)
    targets = network.targets(y, X.dtype)
    Pass(network, len(X)).cost_and_gradient(parameters, X, targets, result)
    penalty.add_gradient(parameters, result, Parameters(network.sizes))
    return result


def compare(
    analytic: Mapping[str, Array],
    numerical: Mapping[str, Array],
    epsilon: float,
    kinks: Mapping[str, Array],
    planted: str | None = None,
    rounding: float = 0.0,
    suited: float = EPSILON,
    another: Mapping[str, Array] | None = None,
) -> GradientReport:
    """The report on two gradients: for each parameter's name arrays of one shape, Boolean ones in `kinks`.

    `rounding` is about what it makes of each coordinate of the numerical one; `another` is that of another ε.
    """
    smooth = {name: ~kinks[name] for name in analytic}
    shares = _shares({name: np.where(kinks[name], 0.0, numerical[name] - analytic[name]) for name in analytic})
    approximate, exact = (
        np.concatenate([gradient[name][smooth[name]] for name in analytic]) for gradient in (numerical, analytic)
    )
    unsure = 0.0
    if another is not None:
        unsure = _norm(np.concatenate([(another[name] - numerical[name])[smooth[name]] for name in analytic]))
    found = verdict(approximate, exact, rounding, unsure)
    return GradientReport(
        relative_difference=relative_difference(approximate, exact),
        # A planted bug that the check does not see is no proof of anything.
        verdict="proves nothing" if planted is not None and found == "correct" else found,
        epsilon=epsilon,
        parameters=tuple(
            ParameterCheck(
                name=name,
                size=one.size,
                relative_difference=relative_difference(numerical[name][smooth[name]], one[smooth[name]]),
                kinks=int(kinks[name].sum()),
                share=float(shares[name].sum()),
                told=verdict(numerical[name][smooth[name]], one[smooth[name]], rounding) != "proves nothing",
            )
            for name, one in analytic.items()
        ),
        kinks=sum(int(one.sum()) for one in kinks.values()),
        worst_coordinates=_worst(analytic, numerical, shares),
        planted=planted,
        scale=_scale(approximate, exact),
        rounding=float(np.nan_to_num(rounding)) * math.sqrt(approximate.size),
        unsure=unsure,
        suited_epsilon=suited,
    )


def _shares(differences: Mapping[str, Array]) -> dict[str, Array]:
    """The share of each coordinate in the squared difference; what is not finite shares it all."""
    sizes = {name: np.where(np.isfinite(one), np.abs(one), np.inf) for name, one in differences.items()}
    largest = max(float(one.max()) for one in sizes.values())
    if largest == 0:
        return sizes
    squares = {
        name: np.isinf(one).astype(float) if np.isinf(largest) else (one / largest) ** 2 for name, one in sizes.items()
    }
    total = sum(float(one.sum()) for one in squares.values())
    return {name: one / total for name, one in squares.items()}


def _worst(
    analytic: Mapping[str, Array], numerical: Mapping[str, Array], shares: Mapping[str, Array]
) -> tuple[CoordinateCheck, ...]:
    """The coordinates with the largest shares, the largest first."""
    every = np.concatenate([one.ravel() for one in shares.values()])
    starts = np.cumsum([0, *(one.size for one in shares.values())])
    names, worst = list(shares), []
    for place in np.argsort(-every, kind="stable")[:_WORST]:
        if every[place] == 0:
            break
        which = int(np.searchsorted(starts, place, side="right")) - 1
        name = names[which]
        index = tuple(int(i) for i in np.unravel_index(place - starts[which], shares[name].shape))
        worst.append(
            CoordinateCheck(
                parameter=name,
                index=index,
                analytic=float(analytic[name][index]),
                numerical=float(numerical[name][index]),
                share=float(every[place]),
            )
        )
    return tuple(worst)


def relative_difference(approximate: Array, exact: Array) -> float:
    """‖approximate − exact‖₂ / (‖approximate‖₂ + ‖exact‖₂); 0 where both are 0, 1 where one is not finite."""
    scale = _scale(approximate, exact)
    if scale == 0:
        return 0.0
    difference = _norm(approximate - exact) / scale
    return difference if difference <= 1 else 1.0


def _scale(approximate: Array, exact: Array) -> float:
    """‖approximate‖₂ + ‖exact‖₂, or the largest number there is."""
    return _norm(approximate) + _norm(exact)


def _norm(values: Array) -> float:
    """‖values‖₂ of finite numbers, however small; of others the largest number there is."""
    largest = float(np.abs(values).max(initial=0))
    if not 0 < largest < np.inf:
        return 0.0 if largest == 0 else float(np.finfo(np.float64).max) / 4
    return largest * float(np.linalg.norm(values / largest))


def verdict(approximate: Array, exact: Array, rounding: float = 0.0, unsure: float = 0.0) -> Verdict:
    """What the notes say of two gradients: from 1e-7 to 1e-3 their difference deserves another look.

    It proves nothing where both are 0 (or empty), and where rounding, about `rounding` a coordinate, or the choice of
    ε, which moves the numerical one by `unsure` in all, could make all of a difference that it could also make as large
    as that of a wrong gradient.
    """
    difference, scale = relative_difference(approximate, exact), _scale(approximate, exact)
    if scale == 0:
        return "proves nothing"
    if difference <= CORRECT:
        return "correct"
    if max(difference, WRONG) * scale <= max(SAFETY * rounding * math.sqrt(exact.size), UNSURE * unsure):
        return "proves nothing"
    return "look again" if difference < WRONG else "wrong"
