"""What a learning curve says of more data."""

from collections.abc import Sequence

from tuilab.training.learning_curve import CurvePoint, Forecast
from tuilab.training.tally import beats_chance
from tuilab.words import count, percent, plural
from tuilab.words.table import aligned


def curve_lines(points: Sequence[CurvePoint]) -> tuple[str, ...]:
    """A line a size: mean, lowest and highest of both errors over the seeds."""
    rows: list[tuple[str, ...]] = [("EXAMPLES", "TRAIN", "LOWEST", "HIGHEST", "DEV", "LOWEST", "HIGHEST")]
    for point in points:
        told = [percent(figure) for part in (point.train, point.dev) for figure in (_mean(part), min(part), max(part))]
        rows.append((count(point.examples), *told))
    return aligned(rows, "r")


def forecast_text(points: Sequence[CurvePoint], known: Forecast) -> str:
    """Whether more data would help, and how much."""
    last = points[-1]
    dev, train, (low, high) = _mean(last.dev), _mean(last.train), known.interval
    if not known.learned and beats_chance(train, last.chance):
        said = f"Learned by heart: with {plural(last.examples, 'example')} the train error is {percent(train)}, and the"
        said += f" dev error, {percent(dev)}, may as well be that of chance, {percent(last.chance)}. Whether more data"
        return f"{said} would help these cannot tell: a penalty, or a smaller network, comes first."
    if not known.learned:
        said = (
            f"Hardly anything is learned of any number of examples: the dev error is {percent(dev)}, by chance it is "
        )
        return f"{said}{percent(last.chance)}. Another α, other first weights or more iterations come before more data."
    if known.met and not any(last.dev):
        said = f"No seed makes a mistake on its {count(last.measured)} dev examples: the dev error is {percent(high)}"
        return f"{said} or less (Wilson, 95 %), and whether more data would help these cannot tell."
    if known.met:
        return f"More data will not help: train and dev error have met, at {percent(train)} and {percent(dev)}."
    if not known.proves:
        return _nothing(last, known)
    reach = f"{percent(low)} to {percent(high)} at 95 %, bootstrap of {plural(len(last.dev), 'seed')}"
    said = f"If the curve goes on as it has, twice the examples, {count(2 * last.examples)}, take the dev error from "
    said += f"{percent(dev)} to about {percent(known.twice)} ({reach})."
    if not known.falls:
        return f"{said} That this is less than now is not shown."
    if known.bends:
        return f"{said} It has fallen ever faster: how many more one percent less takes, nobody can tell from it."
    if known.more is None:
        return f"{said} One percent less is not in reach."
    least, most = known.more_interval or (0, None)
    if most is None:
        return f"{said} One percent less takes {count(least)} more or many more than that (95 %)."
    return f"{said} One percent less takes about {count(known.more)} more ({count(least)} to {count(most)} at 95 %)."


def _nothing(last: CurvePoint, known: Forecast) -> str:
    """Why nothing is told of more data."""
    said = "The curve proves nothing of twice the examples: "
    if not known.fits:
        falls = f"the dev error with {count(last.examples)}, {percent(_mean(last.dev))}, is not where a power law"
        return f"{said}{falls} through the others comes to. More sizes near it would tell more."
    if len(last.dev) == 1:
        return f"{said}one seed has no interval. Take five."
    low, high = known.interval
    said += f"the dev error may come to {percent(low)} or to {percent(high)}."
    return f"{said} More seeds or a larger dev set would tell more."


def _mean(errors: Sequence[float]) -> float:
    return sum(errors) / len(errors)
