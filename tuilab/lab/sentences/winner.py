"""What is said of the best point of a sweep that is over."""

from collections.abc import Mapping

from tuilab.lab.comparison import among_others, knob_name
from tuilab.lab.sentences.better import better_text
from tuilab.lab.winner import Rival, Winner
from tuilab.text import clean
from tuilab.training.telltale import telltale_text
from tuilab.words import count, percent, plural


def winner_sentences(found: Winner) -> list[str]:
    """Whether it is better than the second and than before, how far its dev error flatters it, its test error."""
    lines = []
    if found.second is not None and (found.own is None or found.own.point != found.second.point):
        lines.append(f"Beside the second, {point_text(found.second.point)}: {_beside(found.second)}")
    if found.own is not None:
        lines.append(f"Beside the experiment's own, {point_text(found.own.point)}: {_beside(found.own)}")
    elif found.own_tried:
        lines.append("The best is what the experiment had before.")
    else:
        lines.append("What the experiment had before was not tried: nothing is known beside it.")
    return [*lines, _flattered(found), _tested(found), *filter(None, [telltale_text(found.telltales)])]


def point_text(point: Mapping[str, str]) -> str:
    """`λ 0.3, keep_prob 0.8`."""
    return ", ".join(f"{knob_name(path)} {among_others(text)}" for path, text in point.items())


def _beside(rival: Rival) -> str:
    if rival.known is None:
        return f"which is better is not told: {clean(rival.fault)}."
    said = better_text(rival.known, "the other", "the best")
    return f"{said[:1].lower()}{said[1:]}"  # it stands behind a colon


def _flattered(found: Winner) -> str:
    if found.looked < 2:
        return "It is the only point that was trained to its end."
    chosen = f"It was chosen by its dev error among {count(found.looked)} points, which flatters it"
    if found.flattery is None:
        return f"{chosen}."
    points = f"{100 * found.flattery:.2f}"
    one = len(found.best.results) == 1
    return f"{chosen}: were all equal, noise would make it seem {'up to ' if one else ''}{points} points better."


def _tested(found: Winner) -> str:
    if found.test is None:
        return "There is no test part: what it is worth on examples that chose nothing is not known."
    seeds = len(found.best.results)
    of = f" of {plural(seeds, 'seed')}" if seeds > 1 else ""
    method = "the lowest and the highest" if seeds > 1 else f"at 95 %, {found.method}"
    interval = found.interval and f" ({percent(found.interval[0])} to {percent(found.interval[1])}, {method})"
    many = (
        "is looked at for this one alone"
        if found.tested == 1
        else f"has been looked at for {count(found.tested)} so far"
    )
    alone = "" if found.looked < 2 else f"; of all {plural(found.looked, 'point')} it {many}"
    told = "".join(f", {one}" for one in found.in_other_words)
    return f"Test error{of}: {percent(found.test)}{interval or ''}{told}{alone}."
