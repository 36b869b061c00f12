"""What is said of the mistakes: tags, the eyeball part, slices, labels that look wrong."""

from collections.abc import Sequence

from tuilab.data import Dataset
from tuilab.data.row_numbers import FileRow, file_name
from tuilab.text import clean
from tuilab.training.better import Better
from tuilab.training.eyeball import Tagged, worn_out
from tuilab.training.slices import Slice
from tuilab.training.tally import beats_chance
from tuilab.training.wrong_labels import FOLDS, Doubts
from tuilab.words import count, percent, plural
from tuilab.words.table import aligned

LISTED = 50
"""Labels in doubt that are listed, at most."""
WORN_OUT = "the eyeball part is worn out"


def gap_text(known: Better | None) -> str:
    """The error of the eyeball part beside that of the black box; nothing where none is kept apart."""
    if known is None:
        return ""
    (seen, box), (low, high) = known.errors, known.interval
    what, method = ("groups of examples", "Welch's t") if known.grouped else ("examples", "Newcombe")
    parts = f"Eyeball part, {count(known.examples[0])} {what} that are looked at: error {percent(seen)}; "
    parts += f"black box, {count(known.examples[1])} that nobody sees: {percent(box)}. "
    points = f"Gap {100 * known.difference:.2f} points ({100 * low:.2f} to {100 * high:.2f} at 95 %, {method})"
    if not known.shown:
        return f"{parts}{points}: none is shown."
    if worn_out(known):
        return f"{parts}{points}: {WORN_OUT}, what was mended there does not hold elsewhere."
    return f"{parts}{points}: the eyeball part is harder than the rest."


def worn_out_text(known: Better | None) -> str:
    """What it means, for whoever looks at the mistakes, that they are worn out; nothing where they are not."""
    if known is None or not worn_out(known):
        return ""
    seen, box = map(percent, known.errors)
    return (
        f"{WORN_OUT.capitalize()}: its error is {seen}, that of the black box {box}. What is mended by these mistakes "
        "holds for them alone; new dev examples would tell more."
    )


def tag_lines(tags: Sequence[Tagged], mistakes: int, looked_at: int, fault: str = "") -> tuple[str, ...]:
    """What fixing all mistakes with a tag would gain at most, the most first."""
    if fault:
        return (f"The tags cannot be read: {clean(fault)}",)
    if not tags:
        return ()
    head = f"of {plural(mistakes, 'mistake')}"
    rows: list[tuple[str, ...]] = [("", "gains at most", "95 %, Wilson", head)]
    for one in sorted(tags, key=lambda one: -one.share):
        interval = f"{100 * one.interval[0]:.2f}–{100 * one.interval[1]:.2f}"
        rows.append((f"fixing {clean(one.name, 30)}", percent(one.share), interval, count(len(one.examples))))
    return aligned(rows, "lr")


def slice_lines(found: Sequence[Slice], names: Sequence[str]) -> tuple[str, ...]:
    """The worst slices, those that are worse by more than chance with a mark."""
    if not found:
        return ()
    rows: list[tuple[str, ...]] = [("worst slices", "examples", "wrong", "error", "95 %, Wilson")]
    for one, name in zip(found, names, strict=True):
        low, high = one.interval
        error = percent(one.wrong / one.examples)
        cells = (count(one.examples), count(one.wrong), error, f"{100 * low:.1f}–{100 * high:.1f}")
        rows.append((name + (" !" if one.stands_out else ""), *cells))
    said = "No slice is worse by more than chance gives"
    if marked := sum(one.stands_out for one in found):
        said = f"! {plural(marked, 'slice')} worse by more than chance gives"
    return (*aligned(rows, "lr"), f"{said} (Fisher's exact test, Bonferroni over all slices).")


def slice_name(one: Slice, dataset: Dataset) -> str:
    """`class 3`, `mean radius ≥ 15.2`, `age 20 to 30`, `city = Lyon`, `joined ≤ 2024-05-31`."""
    if one.label is not None:
        return f"class {clean(dataset.classes[one.label], 30)}"
    feature = one.feature or 0
    name = clean(dataset.features[feature], 30)
    if dataset.marks[feature]:
        return name if one.low else f"{name}: no"
    low, high = ("" if end is None else clean(dataset.written(feature, end), 30) for end in (one.low, one.high))
    if not (low and high):
        return f"{name} ≥ {low}" if low else f"{name} ≤ {high}"
    return f"{name} {low}" + (f" to {high}" if high != low else "")


def looked_at(black_box: bool) -> str:
    """What of dev is looked at one by one: where a part of it is kept unseen, the other one."""
    return "the eyeball part of dev" if black_box else "dev"


def doubt_text(known: Doubts) -> str:
    """How many labels are in doubt, and how that was found."""
    if not beats_chance(known.error, known.chance):
        return (
            f"No label can be doubted: networks trained shortly are wrong in {percent(known.error)} of what they have "
            f"not seen, always one class would be in {percent(known.chance)}. They have hardly learned anything."
        )
    dev = looked_at(bool(known.black_box))
    found = count(len(known.doubts)) if known.doubts else "none"
    looked = f"Of {count(known.examples)} labels of train and {dev} {found} look wrong"
    how = f"{FOLDS} folds, {plural(known.rounds, 'round')}"
    they = "say otherwise" if known.doubts else "doubt none of them"
    said = f"{looked}: networks trained shortly without them {they} ({how})."
    if known.black_box:
        said += f" The black box, {count(known.black_box)} more that nobody sees, is not listed."
    return f"{said} The surest first; a doubt is no proof." if known.doubts else said


def doubt_lines(known: Doubts, classes: Sequence[str]) -> tuple[str, ...]:
    """The labels in doubt, the surest first."""
    if not known.doubts:
        return ()
    rows: list[tuple[str, ...]] = [("part", "example", "label", "P(label)", "said", "P(said)")]
    for one in known.doubts[:LISTED]:
        label, said = clean(classes[one.label], 20), clean(classes[one.said], 20)
        shares = [f"{100 * share:.1f} %" for share in (one.believed, one.probability)]
        rows.append((one.part, count(one.example), label, shares[0], said, shares[1]))
    more, listed = len(known.doubts) - LISTED, known.doubts[:LISTED]
    where = [one.row for one in listed if one.row]
    lines = with_rows(rows, where, [one.file for one in listed], "lrlrlr", at=1)
    return (*lines, *([f"and {count(more)} more"] if more > 0 else []))


def with_rows(
    cells: Sequence[tuple[str, ...]], rows: Sequence[FileRow], files: Sequence[str], sides: str, at: int = 0
) -> tuple[str, ...]:
    """As `aligned`; where examples are of files, which row of it each is stands in place of its number in the part.

    That is in column `at` of `cells`, whose first ones are its head; `rows` and `files` have none.
    """
    if not rows:
        return aligned(cells, sides)
    named, several = any(isinstance(row, str) for row in rows), len(set(files)) > 1
    told = [clean(str(row), 40) for row in rows]
    if several:
        told = [f"{row} of {file_name(file)}" for row, file in zip(told, files, strict=True)]
    heads = ["image" if named else "row", *told]
    lines = aligned([(*one[:at], row, *one[at + 1 :]) for one, row in zip(cells, heads, strict=True)], sides)
    return lines if named or several else (*lines, f"row: of {file_name(files[0])}, as tuilab data counts")
