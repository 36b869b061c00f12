"""Examples of one group, such as the rows of one patient, err alike: they tell less than as many of others would.

The variance of a mean over G whole groups is that of their sums (L. Kish, "Survey Sampling", 1965): with d_i what
example i is off the mean of n numbers, G/(G − 1) · Σ_g (Σ_{i in g} d_i)²/n². What it has above Σd²/n² is the design
effect; so many times fewer examples are worth as much, and fewer still as a few groups tell little of it themselves
(E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with small expected number of positive counts
estimated from survey data", 1998).
"""

import numpy as np
from numpy.typing import NDArray

from tuilab.arrays import Array
from tuilab.nn.task.chance import SURE
from tuilab.training.student import t_quantile

FEWEST = 5
"""Groups with a mistake, and with an example that is right, of which fewer tell nothing of how alike mistakes are."""


def worth(errors: Array, group: NDArray[np.int64] | None) -> float:
    """What an example of such a group, (m,), tells of the mean of their errors (m,), beside one that stands for itself.

    m times that is how many of those would tell as much: at most m; where the errors do not tell how alike they are, no
    more than there are groups; 1 at least. Without groups each stands for itself.
    """
    if group is None or not len(errors):
        return 1.0
    off = of_groups(errors, group)
    groups, examples = len(off), len(errors)
    if groups == 1:
        return 1 / examples
    few = (SURE / t_quantile(groups - 1)) ** 2
    alone = float(np.var(errors, ddof=1))
    if not alone or not np.isfinite(alone) or _unknown(errors, group):
        return max(1.0, groups * few) / examples
    effect = float(np.var(off, ddof=1)) / groups * examples / alone
    return max(1 / examples, few / max(1.0, effect))


def of_groups(numbers: Array, group: NDArray[np.int64] | None) -> Array:
    """One number a group, (…, G) of (…, m): with their mean, and as far from it as to spread as that mean does.

    That of group g is the mean + (G/m)·Σ_{i in g} d_i. Without groups they are as they were.
    """
    if group is None:
        return numbers
    _, places = np.unique(group, return_inverse=True)
    mean, groups = numbers.mean(axis=-1, keepdims=True), int(places.max()) + 1
    sums = np.stack([np.bincount(places, one, groups) for one in np.atleast_2d(numbers - mean)])
    found: Array = mean + groups / numbers.shape[-1] * sums.reshape(*numbers.shape[:-1], groups)
    return found


def _unknown(errors: Array, group: NDArray[np.int64]) -> bool:
    """Whether mistakes, or what is right, are in too few groups; numbers are hardly ever right."""
    return any(len(np.unique(group[side])) < FEWEST for side in (errors > 0, errors <= 0) if side.any())


def folds(number: int, examples: int, group: NDArray[np.int64] | None, rng: np.random.Generator) -> NDArray[np.int64]:
    """(m,) which of so many folds each example is in, at random: a group as a whole, as who has seen one knows all."""
    places = np.arange(examples) if group is None else np.unique(group, return_inverse=True)[1]
    return (rng.permutation(int(places.max(initial=-1)) + 1) % number)[places]
