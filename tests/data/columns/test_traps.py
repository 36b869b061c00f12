"""What may spoil a result is named, each with its column; what is sound is not."""

import random
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.data.columns.messy import WANTED, messy
from tuilab.data import csv_file, prepare
from tuilab.data.columns import sheet
from tuilab.data.columns.kinds import DECISIONS
from tuilab.data.columns.report import DataReport, report
from tuilab.data.columns.traps import Trap
from tuilab.data.columns.ways import Way, together
from tuilab.errors import BadInput
from tuilab.experiment import SHIPPED, Experiment, edit


def of(path: Path | str, **edits: str) -> DataReport:
    paths = {name.replace("__", ".").rstrip("_"): text for name, text in edits.items()}
    return report(edit(Experiment(), {"data.source": str(path), **paths}))


def named(found: DataReport) -> set[tuple[str, str]]:
    return {(trap.name, trap.column) for trap in found.traps}


@pytest.mark.parametrize("seed", range(6))
def test_twelve_traps_of_twelve_are_named_with_their_columns(tmp_path: Path, seed: int) -> None:
    made, path = messy(seed), tmp_path / "table.csv"
    path.write_bytes(made.content)
    found = of(path, data__label=made.names["label"])
    wanted = {(trap.split(" ?")[0].split(" NA")[0], made.names.get(part, "")) for trap, part in WANTED.items()}
    assert wanted <= named(found)
    marks = {trap.column: trap.said for trap in found.traps if trap.name == "missing"}
    assert '"?"' in marks[made.names["city"]] and '"NA"' in marks[made.names["size"]]
    beside = {("scales", ""), ("decimal comma", made.names["weight"]), ("codes", made.names["copy"])}
    assert named(found) - wanted <= beside, "what is flagged is what was planted"
    for trap in found.traps:
        assert trap.said and trap.said.isprintable() and (not trap.way or trap.open)


def test_what_the_traps_say_to_say_closes_them(tmp_path: Path) -> None:
    made, path = messy(2), tmp_path / "table.csv"
    path.write_bytes(made.content)
    name = made.names
    found = of(
        path,
        data__label=name["label"],
        columns__drop=f"{name['id']}, {name['copy']}",
        columns__as=f"{name['income']} = comma, {name['grade']} = category, {name['city']} = category",
        columns__missing="median",
        columns__repeats="drop",
    )
    assert not found.open


@pytest.mark.parametrize("seed", range(3))
def test_what_is_proposed_decides_all_that_can_be_decided_and_trains(tmp_path: Path, seed: int) -> None:
    made, path = messy(seed), tmp_path / "table.csv"
    path.write_bytes(made.content)
    label = {"data__label": made.names["label"]}
    proposed = {f"columns__{key}": value for key, value in of(path, **label).proposed.items()}
    found = of(path, **label, **proposed)
    assert not found.open and not found.proposed
    edits = {name.replace("__", "."): text for name, text in {**label, **proposed}.items()}
    dataset = prepare(edit(Experiment(), {"data.source": str(path), **edits}))
    assert sum(len(part.y) for part in dataset.parts.values()) == 300
    assert "10 repeated rows left out of 310" in dataset.notes


@pytest.mark.parametrize("source", SHIPPED)
def test_no_column_of_a_shipped_set_is_flagged_but_those_that_are_constant(source: str) -> None:
    found = of(source)
    assert not found.open and {trap.name for trap in found.traps if trap.column} <= {"constant"}
    constant = {trap.column for trap in found.traps if trap.name == "constant"}
    assert len(constant) == {"breast-cancer": 0, "digits": 3}[source]


def write(path: Path, columns: dict[str, Sequence[object]]) -> Path:
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
    return path


M = 200
some = random.Random(1)
NOISE = [round(some.gauss(0, 1), 4) for _ in range(M)]
CLASS = ["ab"[(value + some.gauss(0, 1)) > 0] for value in NOISE]
SOUND: dict[str, Sequence[object]] = {"x": NOISE, "z": [round(some.gauss(5, 2), 3) for _ in range(M)], "kind": CLASS}


def test_a_sound_table_has_no_traps(tmp_path: Path) -> None:
    found = of(write(tmp_path / "t.csv", SOUND))
    assert found.traps == () and (found.task, found.rows) == ("classification", M)
    x, z = (one.tells for one in found.columns)
    assert x is not None and z is not None and z < 0.05 < 0.15 < x < 0.5
    assert sum(found.columns[0].histogram) == M


def test_columns_without_name_and_cells_at_the_end_are_no_label(tmp_path: Path) -> None:
    """As spreadsheets leave them; where there are cells, the last one may be meant."""
    columns = {"x": NOISE, "kind": CLASS, "": [""] * M, " ": [""] * M}
    path = write(tmp_path / "t.csv", columns)
    assert of(path).label == "kind" and prepare(edit(Experiment(), {"data.source": str(path)})).features == ("x",)
    assert of(write(path, {"x": NOISE, "kind": CLASS, "": [1, 2] * (M // 2)})).label == "column 3"


def test_what_is_open_comes_first(tmp_path: Path) -> None:
    codes = [n * 7919 % 5 + 1 for n in range(M)]
    found = of(write(tmp_path / "t.tsv", {"day": ["1/13/2020"] * 100 + ["1/14/2020"] * 100, "grade": codes, **SOUND}))
    opened = [trap.open for trap in found.traps]
    assert opened == sorted(opened, reverse=True) and 0 < sum(opened) < len(opened)


@pytest.mark.parametrize("word", ["a", ""])
def test_a_first_row_like_data_is_shown_as_data_and_asked_about(tmp_path: Path, word: str) -> None:
    """Of numbers alone, and with words that stand below it again."""
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{k * 7919 % 1000 / 10},{word or k % 3 + 4},{k % 2}\n" for k in range(60)))
    found = of(path)
    assert found.rows == 60 and [one.name for one in found.columns] == ["column 1", "column 2"]
    assert (found.traps[0].name, found.traps[0].open) == ("header", True)
    assert found.proposed["header"] == '"none"'
    for said in ("none", "first row"):
        assert "header" not in {trap.name for trap in of(path, columns__header=said).traps}


def test_texts_of_more_than_one_line_are_asked_about_once(tmp_path: Path) -> None:
    found = of(write(tmp_path / "t.csv", {"comment": [f'"one {n}\ntwo ""x"""' for n in range(M)], **SOUND}))
    assert [(trap.name, trap.column) for trap in found.traps if trap.open] == [("text", "comment")]
    assert not of(tmp_path / "t.csv", columns__drop="comment").open


PATIENT = [f"P{n // 4:03}" for n in range(M)]
PLANTED: dict[str, tuple[dict[str, Sequence[object]], tuple[str, str], str]] = {
    "near copy": (
        {"w": [ord(k) + some.random() / 2 for k in CLASS]},
        ("leak", "w"),
        'columns.drop = ["w"] (or columns.as = ["w = number"])',
    ),
    "groups": (
        {"patient": PATIENT, "age": [hash_ % 50 for hash_ in (int(p[1:]) * 7919 for p in PATIENT)]},
        ("groups", "patient"),
        'columns.group = "patient" (or columns.as = ["patient = category"])',
    ),
    "time": (
        {"day": [f"2020-{n // 28 + 1:02}-{n % 28 + 1:02}" for n in range(M)]},
        ("time", "day"),
        'columns.time = "day" (or columns.as = ["day = date"])',
    ),
    "spelling": (
        {"city": ["Rome", "rome", "Oslo", "Bern"] * 50},
        ("spelling", "city"),
        'columns.as = ["city = category"]',
    ),
    "codes": ({"ward": [1, 2, 3, 4, 5] * 40}, ("codes", "ward"), 'columns.as = ["ward = category"] (or number)'),
    "codes that begin with 0": (
        {"zip": [f"{n * 7919 % 30000:05}" for n in range(M)]},
        ("codes", "zip"),
        'columns.as = ["zip = category"] (or number)',
    ),
    "numbers too long to be measured": (
        {"account": [2**55 + n * 7919 % 2000 * 2**9 for n in range(M)]},
        ("identifier", "account"),
        'columns.drop = ["account"] (or columns.as = ["account = number"])',
    ),
    "thousands of the label": (
        {"kind": [f'"{n % 50 + 1},{100 + n % 7}"' for n in range(M)]},
        ("thousands", "kind"),
        'columns.as = ["kind = point"] (or comma, category)',
    ),
    "number of the row": (
        {"nr": range(1, M + 1)},
        ("identifier", "nr"),
        'columns.drop = ["nr"] (or columns.as = ["nr = number"])',
    ),
    "text": ({"note": ["so " * n + "on" for n in range(M)]}, ("text", "note"), 'columns.drop = ["note"]'),
    "doubtful": (
        {"n": [*(n % 17 + 0.5 for n in range(M - 9)), *["many"] * 8, "few"]},
        ("doubtful", "n"),
        'columns.as = ["n = category"]',
    ),
    "a mark of its own": (
        {"n": [*(n % 17 + 0.5 for n in range(M - 9)), *["k.A."] * 9]},
        ("doubtful", "n"),
        'columns.marks = ["n = k.A."]',
    ),
    "too long for a mark": (
        {"n": [*(n % 17 + 0.5 for n in range(M - 9)), *["k.A. " * 100] * 9]},
        ("doubtful", "n"),
        'columns.as = ["n = category"]',
    ),
    "nines": (
        {"n": [*(n % 17 + 0.5 for n in range(M - 9)), *[-999] * 9]},
        ("marks", "n"),
        'columns.marks = ["n = -999"] (or columns.as = ["n = number"])',
    ),
    "nines below 0": (
        {"n": [*(n % 17 for n in range(M - 9)), *[-9] * 9]},
        ("marks", "n"),
        'columns.marks = ["n = -9"] (or columns.as = ["n = number"])',
    ),
    "nines of a quantity": (
        {"kind": [*(n * 7 % 389 / 100 for n in range(M - 9)), *[-999] * 9]},
        ("marks", "kind"),
        'columns.marks = ["kind = -999"] (or columns.as = ["kind = number"])',
    ),
    "missing": (
        {"n": ["" if n % 9 == 0 else n % 17 + 0.5 for n in range(M)]},
        ("missing", "n"),
        'columns.missing = "median" (or drop rows)',
    ),
    "levels": ({"zip": [f"z{n % 60}" for n in range(M)]}, ("levels", "zip"), ""),
    "scales": ({"wide": [1000 * value for value in NOISE]}, ("scales", ""), ""),
    "unequal": ({"kind": ["b"] * 10 + ["a"] * (M - 10)}, ("unequal", "kind"), ""),
    "one example": ({"kind": [*CLASS[:-1], "c"]}, ("single", "kind"), 'columns.as = ["kind = category"]'),
    "classes spelled in two ways": (
        {"kind": [k.upper() if n % 5 == 0 else k for n, k in enumerate(CLASS)]},
        ("spelling", "kind"),
        'columns.as = ["kind = category"]',
    ),
    "cells of two lines": (
        {"city": [['"Ro\nme"', "Oslo"][n % 2] for n in range(M)]},
        ("doubtful", "city"),
        'columns.drop = ["city"]',
    ),
    "thousands": (
        {
            "n": [f"{n % 50 + 1}.{100 + n % 7}" for n in range(M)],
            "x": [n % 97 for n in range(M)],
            "z": [n % 53 for n in range(M)],
        },
        ("thousands", "n"),
        'columns.as = ["n = point"] (or comma)',
    ),
    "day or month": (
        {"day": [f"0{n % 9 + 1}/0{n * 7 % 9 + 1}/2020" for n in range(M)]},
        ("dates", "day"),
        'columns.as = ["day = day-first"] (or month-first)',
    ),
    "no label": ({"kind": [*CLASS[:-1], ""]}, ("label", "kind"), 'columns.missing = "median" (or drop rows)'),
    "marks as a class": (
        {"kind": ["?" if n % 9 == 0 else k for n, k in enumerate(CLASS)]},
        ("label", "kind"),
        'columns.as = ["kind = category"]',
    ),
    "no classes": ({"kind": [f"k{n}" for n in range(M)]}, ("label", "kind"), ""),
}


@pytest.mark.parametrize("trap", PLANTED)
def test_a_planted_trap_is_named_and_nothing_else(tmp_path: Path, trap: str) -> None:
    columns, name, setting = PLANTED[trap]
    found = of(
        write(
            tmp_path / "t.csv",
            {
                **{k: v for k, v in SOUND.items() if k != "kind"},
                **columns,
                **({} if "kind" in columns else {"kind": CLASS}),
            },
        )
    )
    others = {"groups": {"levels"}, "time": {"dates"}, "one example": {"unequal"}}.get(trap, set())
    assert {one[0] for one in named(found) - {name}} <= others | {"scales"}
    said = next(one for one in found.traps if (one.name, one.column) == name)
    assert (said.way.said if said.way else "") == setting
    assert said.open == (trap not in ("levels", "scales", "unequal"))


def test_the_scale_of_a_column_is_that_of_its_numbers_besides_those_far_off(tmp_path: Path) -> None:
    columns = {"slips": [*NOISE[:-2], 2e8, 1000], "wide": [1000 * value for value in NOISE], "kind": CLASS}
    found = of(write(tmp_path / "t.csv", columns))
    assert [trap.column for trap in found.traps if trap.name == "far off"] == ["slips"]
    scales = next(trap.said for trap in found.traps if trap.name == "scales")
    assert f"of wide and {np.std(NOISE[:-2]):.3g} of slips" in scales


def test_a_group_of_one_label_each_is_kept_together_rather_than_left_out(tmp_path: Path) -> None:
    """Left out as nearly the label, it would keep no rows together; and as a group it is learned from no more."""
    ill = ["ny"[int(p[1:]) * 7 % 5 % 2] for p in PATIENT]
    path = write(tmp_path / "t.csv", {"patient": PATIENT, "x": NOISE, "ill": ill})
    found = of(path)
    assert [trap.name for trap in found.traps if trap.open] == ["groups"] and found.proposed == {"group": '"patient"'}
    assert not {trap.name for trap in of(path, columns__group="patient").traps} - {"scales"}
    taken = of(path, columns__as_="patient = category")
    assert not taken.open and ("leak", "patient") in named(taken)
    for key in ("group", "time"):
        with pytest.raises(BadInput, match='"patient" is left out by') as caught:
            of(path, columns__drop="patient", **{f"columns__{key}": "patient"})
        assert caught.value.path == f"columns.{key}"


@pytest.mark.parametrize(
    "numbers",
    [
        [*(n % 17 for n in range(M - 1)), 999],  # once
        [*(n * 7 % 97 for n in range(M - 6)), *[99] * 6],  # three times as often as the others
        [*(n % 5 - 1 for n in range(M))],
        [-1, 1] * (M // 2),
        [*(n % 120 for n in range(M - 5)), *[99] * 5],  # among the others
        [*(7 * n % 400 for n in range(M - 9)), *[999 - 400] * 9],  # no nines
        [*(n % 17 for n in range(M - 9)), *[19] * 9],
        [9, 99] * (M // 2),
    ],
)
def test_other_numbers_than_far_nines_are_no_marks(tmp_path: Path, numbers: list[int]) -> None:
    found = of(write(tmp_path / "t.csv", {"x": NOISE, "n": numbers, "kind": CLASS}))
    assert "marks" not in {one.name for one in found.traps}


def test_a_mark_is_missing_in_the_whole_file_or_in_its_column_and_to_the_predictor(tmp_path: Path) -> None:
    rows = {"x": [*NOISE[:-3], -999, "-999", "k.A."], "n": [-999, *(n % 17 for n in range(M - 1))], "kind": CLASS}
    path, missing = write(tmp_path / "t.csv", rows), {"columns__missing": "median"}
    everywhere = of(path, columns__marks='["K.A.", "-999"]', **missing)
    assert [one.missing for one in everywhere.columns] == [3, 1] and not everywhere.open
    one = of(path, columns__marks='["x = k.a.", "x = -999"]', **missing)
    assert [column.missing for column in one.columns] == [3, 0] and one.columns[1].lowest == -999
    with pytest.raises(BadInput, match=r'columns\.marks: no column is named "y"'):
        of(path, columns__marks='["y = 5"]')
    edits = {"data.source": str(path), "columns.missing": "median", "columns.marks": '["k.A.", "-999"]'}
    encoders = prepare(edit(Experiment(), edits)).encoders
    assert encoders is not None
    given = encoders.read({"x": ["-999", "K.a.", "1"], "n": ["3", "-999", "99"]})
    assert np.isnan(given).tolist() == [[True, False], [True, True], [False, False]]


@pytest.mark.parametrize(
    ("numbers", "mark", "why"),
    [
        ([*(n * 7 % 97 + 1 for n in range(M - 9)), *[-1] * 9], "-1", "alone below 0"),
        ([*(n % 5 + 1 for n in range(20)), *[-1] * (M - 20)], "-1", "alone below 0"),
        ([*(n * 7919 % 3000 for n in range(M - 9)), *[999] * 9], "999", "any other in 1 cell at most"),
        ([*(n % 28 for n in range(20)), *[999] * (M - 20)], "999", "far from all others"),
    ],
)
def test_marks_among_the_others_or_oftener_than_they_are_asked_about(
    tmp_path: Path, numbers: list[int], mark: str, why: str
) -> None:
    found = of(write(tmp_path / "t.csv", {"x": NOISE, "n": numbers, "kind": CLASS})).traps
    (said,) = (one for one in found if one.name != "scales")
    assert said.open and said.way is not None and said.way.value == f"n = {mark}" and f", {why}, may be" in said.said


def test_nines_on_both_sides_are_two_marks(tmp_path: Path) -> None:
    numbers = [*(n % 72 + 18 for n in range(M - 9)), *[-99] * 4, *[999] * 5]
    found = of(write(tmp_path / "t.csv", {"x": NOISE, "n": numbers, "kind": CLASS}))
    assert [one.way.value for one in found.traps if one.name == "marks" and one.way] == ["n = -99", "n = 999"]


@pytest.mark.parametrize(
    ("cells", "mark", "kind"),
    [
        (["-999.0", "-999", "-999.00", *NOISE[3:]], "-999", "number"),
        (["-999,0", "-999", "-999,00", *(f"{x:.2f}".replace(".", ",") for x in NOISE[3:])], "-999", "number"),
        (
            ["1900-01-01", "1900-1-1", "1900-01-01", *(f"2020-{n % 9 + 1}-11" for n in range(3, M))],
            "1900-01-01",
            "date",
        ),
    ],
)
def test_a_mark_means_its_value_however_it_is_written(
    tmp_path: Path, cells: list[object], mark: str, kind: str
) -> None:
    path = write(tmp_path / "t.csv", {"n": [f'"{cell}"' for cell in cells], "x": NOISE, "kind": CLASS})
    edits = {"data.source": str(path), "columns.missing": "median", "columns.marks": f'["n = {mark}"]'}
    (column, _), given = report(edit(Experiment(), edits)).columns, prepare(edit(Experiment(), edits)).encoders
    assert given is not None and column.kind == kind and column.missing == 3
    assert given.encoders[0].reading.values([str(cell) for cell in cells[:3]]) == pytest.approx(
        [np.nan] * 3, nan_ok=True
    )


def test_evidence_counts_no_cell_that_a_mark_makes_missing(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", {"x": NOISE, "n": [*[999] * 9, *(n % 17 for n in range(M - 9))], "kind": CLASS})
    column = of(path, columns__marks='["n = 999"]', columns__missing="median").columns[1]
    assert column.evidence == f"{M - 9} of {M - 9} cells are numbers"


def test_a_mark_and_a_name_may_hold_the_sign_that_parts_them(tmp_path: Path) -> None:
    cells = [*["a=b"] * 9, *(["u", "v"][n % 2] for n in range(M - 9))]
    path = write(tmp_path / "t.csv", {"x": NOISE, "y=z": cells, "kind": CLASS})
    for said in ('["y=z = a=b"]', '["y=z=a=b"]'):
        assert [one.missing for one in of(path, columns__marks=said, columns__missing="median").columns] == [0, 9]
    with pytest.raises(BadInput, match='no column is named "a"'):
        of(path, columns__marks='["a=b"]')


def test_a_label_that_is_a_mark_is_none(tmp_path: Path) -> None:
    columns = {"x": NOISE, "kind": ["k.A.", *CLASS[1:]]}
    path = write(tmp_path / "t.csv", columns)
    found = of(path, columns__marks='["k.A."]', columns__missing="median")
    assert set(found.classes) == {"a", "b"}
    dataset = prepare(
        edit(Experiment(), {"data.source": str(path), "columns.missing": "median", "columns.marks": '["k.A."]'})
    )
    assert dataset.classes == ("a", "b")


@pytest.mark.parametrize(
    ("name", "numbers", "trap"),
    [
        ("children", [0, 1, 2, 3] * 50, "counts"),
        ("numRooms", [1, 2, 3, 4] * 50, "counts"),
        ("ward", [*[0] * 62, *[1] * 55, *[2] * 41, *[3] * 28, *[4] * 14], "counts"),
        ("ward", [*[0] * 62, *[1] * 14, *[2] * 41, *[3] * 55, *[4] * 28], "codes"),
        ("ward", [*[1] * 90, *[2] * 70, *[3] * 40], "codes"),
    ],
)
def test_counts_are_no_question_and_codes_are_one(tmp_path: Path, name: str, numbers: list[int], trap: str) -> None:
    """By a name that says so, or by frequencies that fall from the commonest on, where these are enough to tell."""
    mixed = list(numbers)
    random.Random(2).shuffle(mixed)
    found = of(write(tmp_path / "t.csv", {"x": NOISE, name: mixed, "kind": CLASS}))
    (said,) = (one for one in found.traps if one.column == name)
    assert (said.name, said.open) == (trap, trap == "codes")
    assert bool(found.proposed) == (trap == "codes")
    assert trap == "codes" or said.said.endswith(f'(else say columns.as = ["{name} = category"])')


@pytest.mark.parametrize(
    ("identifier", "others", "proposed"),
    [
        (range(1, M + 1), {"species": CLASS, "sex": ["m", "f"] * 100}, "species"),
        ([f"P{n:04}" for n in range(M)], {"sex": ["m", "f"] * 100}, "sex"),
        (range(1, M + 1), {"wide": NOISE}, ""),
    ],
)
def test_a_last_column_that_names_the_rows_is_no_label(
    tmp_path: Path, identifier: Sequence[object], others: dict[str, Sequence[object]], proposed: str
) -> None:
    """Here, and where a run would begin: another one is proposed, and nothing is said where it was chosen."""
    path = write(tmp_path / "t.csv", {"x": NOISE, **others, "id": identifier})
    advice = "nobody chose it, it is the last column: data.label names that of the labels"
    (trap,) = (one for one in of(path).traps if one.open and one.column == "id")
    assert trap.name == "label" and advice in trap.said
    assert trap.said.endswith(f'perhaps "{proposed}"' if proposed else "labels")
    experiment = edit(Experiment(), {"data.source": str(path)})
    with pytest.raises(BadInput, match=r"data\.label names") as refused:
        prepare(experiment)
    if isinstance(identifier, range):
        assert refused.value.path == "data.label" and f'perhaps "{proposed}"' * bool(proposed) in str(refused.value)
        assert prepare(edit(experiment, {"data.label": "id"})).target is not None, "somebody chose it"
        assert advice not in "".join(one.said for one in of(path, data__label="id").traps)


SURVIVED = [n % 2 for n in range(M)]


@pytest.mark.parametrize(
    ("columns", "is_open", "proposed"),
    [
        (
            {"survived": SURVIVED, "class": CLASS, "x": NOISE, "alone": ["yn"[n % 3 > 1] for n in range(M)]},
            0,
            "survived",
        ),
        ({"label": SURVIVED, "x": NOISE, "pixel783": [0] * M}, 1, "label"),
        ({"species": CLASS, "x": NOISE, "kind": SURVIVED}, 0, ""),
        ({"x": NOISE, "sex": CLASS}, 0, ""),
    ],
)
def test_a_column_that_is_called_as_labels_are_is_proposed_where_nobody_chose(
    tmp_path: Path, columns: dict[str, Sequence[object]], is_open: bool, proposed: str
) -> None:
    path, last = write(tmp_path / "t.csv", columns), [*columns][-1]
    found = [one for one in of(path).traps if one.name == "label"]
    assert [(one.column, one.open) for one in found] == [(last, is_open)] * bool(proposed)
    assert all(one.said.endswith(f'names that of the labels, perhaps "{proposed}"') for one in found)
    if proposed:
        assert not any("nobody" in one.said for one in of(path, data__label=proposed).traps)


def test_rows_in_train_and_again_in_dev_are_counted(tmp_path: Path) -> None:
    columns = {name: [*values, *values[:40]] for name, values in SOUND.items()}
    found = of(write(tmp_path / "t.csv", columns))
    (trap,) = found.traps
    assert isinstance(trap, Trap) and trap.name == "repeats" and trap.open
    assert trap.said.startswith("40 rows repeated: train has ") and " of dev and " in trap.said
    few = {"u": [n % 2 for n in range(M)], "v": [n // 2 % 2 for n in range(M)], "kind": CLASS}
    assert not of(write(tmp_path / "t.csv", few)).traps, "of four different rows many are alike by chance"


def test_as_many_rows_are_told_to_be_repeated_as_drop_leaves_out(tmp_path: Path) -> None:
    """Rows of another label are others, though their inputs are the same."""
    columns = {name: [*values, *values[:40]] for name, values in SOUND.items()}
    columns["kind"][-15:] = ["a" if label == "b" else "b" for label in columns["kind"][-15:]]
    path = write(tmp_path / "t.csv", columns)
    assert [trap.said for trap in of(path).traps if trap.said.startswith("25 rows repeated: train has ")]
    dropped = prepare(edit(Experiment(), {"data.source": str(path), "columns.repeats": "drop"}))
    assert f"25 repeated rows left out of {M + 40}" in dropped.notes


@pytest.mark.parametrize("trap", [*PLANTED, "repeats"])
def test_whatever_is_open_is_closed_by_a_decision_that_the_sentence_names(tmp_path: Path, trap: str) -> None:
    columns = {**SOUND, **PLANTED[trap][0]} if trap in PLANTED else SOUND
    if trap == "repeats":
        columns = {name: [*values, *values[:40]] for name, values in SOUND.items()}
    path = write(tmp_path / "t.csv", {name: columns[name] for name in sorted(columns, key=lambda name: name == "kind")})
    found = of(path)
    if trap == "no classes":  # it takes another label, which only data.label can name
        assert "data.label" in next(one.said for one in found.traps if one.open)
        return
    wanted = PLANTED[trap][1][0] if trap in PLANTED else trap
    for first in [{}, *(other_way(one) for one in found.traps if one.open and one.name == wanted)]:
        decided = dict(first)
        for _ in range(3):
            found = of(path, **decided)
            assert all(one.way for one in found.traps if one.open), "each says by what it is closed"
            decided |= {f"columns__{key}": value for key, value in found.proposed.items()}
        assert not found.open and not found.proposed, decided
        edits = {name.replace("__", "."): text for name, text in decided.items()}
        prepare(edit(Experiment(), {"data.source": str(path), **edits}))


def other_way(one: Trap) -> dict[str, str]:
    """What its sentence names beside what is proposed; nothing where it names no other way."""
    if not one.way or not one.way.others:
        return {}
    other = one.way.others[0]
    if isinstance(other, Way):
        return {f"columns__{key}": value for key, value in together([other]).items()}
    return {f"columns__{one.way.key}": f'["{one.column} = {other}"]' if one.way.key == "as" else other}


def test_numbers_as_labels_are_told_by_the_others(tmp_path: Path) -> None:
    columns = {"x": NOISE, "twice": [2 * value + 1 for value in NOISE], "y": [round(3 * value, 4) for value in NOISE]}
    found = of(write(tmp_path / "t.csv", columns))
    assert (found.task, found.classes, found.baseline) == ("regression", {}, None)
    assert named(found) == {("leak", "x"), ("leak", "twice")}


def test_what_is_proposed_leaves_a_column_to_learn_from(tmp_path: Path) -> None:
    columns = {"id": [f"r{n:04}" for n in range(M)], "x": NOISE, "y": [round(3 * value, 4) for value in NOISE]}
    found = of(write(tmp_path / "t.csv", columns))
    assert found.proposed == {"drop": '["id"]', "as": '["x = number"]'}
    (leak,) = (trap for trap in found.traps if trap.name == "leak")
    assert leak.open and leak.way and leak.way.said == 'columns.as = ["x = number"] (or columns.drop = ["x"])'
    assert not of(tmp_path / "t.csv", columns__drop="id", columns__as="x = number").open
    counted = {"x": range(1, M + 1), "y": [round(some.random(), 4) for _ in range(M)]}
    assert of(write(tmp_path / "c.csv", counted)).proposed == {"as": '["x = number"]'}


def test_a_generated_source_is_not_explained(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is nothing to explain"):
        of("circles")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_that_fits_no_cell_is_told_and_warns_nobody_else(tmp_path: Path, decision: str) -> None:
    path = write(tmp_path / "t.csv", {**SOUND, "note": ["so", "on", ""] * 66 + ["so", "on"]})
    found = of(path, data__label="kind", columns__as=f"note = {decision}")
    told = {trap.name for trap in found.traps if trap.column == "note"}
    assert "missing" in told and ("doubtful" in told) == (decision != "category")


def test_the_task_of_the_experiment_is_heeded(tmp_path: Path) -> None:
    columns = {"x": NOISE, "grade": [3 + (value > 0) + (value > 1) for value in NOISE]}
    path = write(tmp_path / "t.csv", columns)
    assert (of(path).task, of(path, task="regression").task) == ("classification", "regression")


def test_a_large_file_of_numbers_is_told_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "t.csv", {**SOUND, "nr": range(1, M + 1), "y": CLASS})
    small = of(path, data__label="kind")
    monkeypatch.setattr(csv_file, "TRIED", 0)
    assert of(path, data__label="kind") == small


@pytest.mark.parametrize("seed", range(40))
def test_numbers_of_an_array_tell_what_their_texts_do(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "t.csv", numbers(seed))
    edits = {"columns__drop": "a", "columns__time": "b"} if seed % 4 == 3 else {}
    small = of(path, **edits)
    monkeypatch.setattr(csv_file, "TRIED", 0)
    monkeypatch.setattr(sheet, "_columns", None)  # no text is made
    assert of(path, **edits) == small


def numbers(seed: int) -> dict[str, Sequence[object]]:
    """A table of numbers with traps here and there, and a label that is any of them or of classes."""
    some = np.random.default_rng(seed)
    m = int(some.integers(30, 400))
    kinds = {
        "noise": some.standard_normal(m).tolist(),
        "wide": (1e6 * some.standard_normal(m)).round(1).tolist(),
        "small": (1e-7 * some.standard_normal(m)).tolist(),
        "codes": some.integers(0, 4, m).tolist(),
        "counts": some.poisson(2, m).tolist(),
        "same": [7] * m,
        "row id": list(range(1, m + 1)),
        "shuffled id": (some.permutation(m) + 1000).tolist(),
        "group": np.repeat(some.permutation(m), 3)[:m].tolist(),
        "of group": np.repeat(some.integers(0, 9, m), 3)[:m].tolist(),
        "signed": (some.integers(-2, 2, m) * -0.5).tolist(),
        "thirds": (some.integers(1000, 9999, m) / 1000).tolist(),
    }
    chosen = some.choice(list(kinds), int(some.integers(4, 9)), replace=False).tolist()
    columns = {"a": kinds["noise"], "b": sorted(kinds["wide"])} | {name: kinds[name] for name in chosen}
    labels = {"classes": some.integers(0, 3, m).tolist(), "copy": columns[chosen[0]], "real": some.random(m).tolist()}
    columns["y"] = labels[str(some.choice(list(labels)))]
    repeated = int(some.integers(0, 8))
    return {name: [*values, *values[:repeated]] for name, values in columns.items()}


def test_a_first_report_of_a_small_table_costs_little(tmp_path: Path) -> None:
    made, path = messy(3), tmp_path / "table.csv"
    path.write_bytes(made.content)
    start = time.process_time()
    of(path, data__label=made.names["label"])
    assert time.process_time() - start < 0.15


def test_arrays_of_float32_are_explained_without_a_warning(tmp_path: Path) -> None:
    X = np.c_[NOISE, np.ones(M)].astype(np.float32)
    np.savez(tmp_path / "t.npz", X=X, y=np.array(CLASS))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = of(tmp_path / "t.npz")
    assert [(one.kind, one.used) for one in found.columns] == [("number", True), ("constant", True)]
    assert [trap.said for trap in found.traps] == ["holds the same in every row: does no harm"]


def test_a_number_in_parentheses_is_below_0_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = "".join(f"{n},{f'({n * 7})' if n % 3 else n * 7},{'ab'[n % 2]}\n" for n in range(2, 60))
    path.write_text(f"x,change,kind\n{rows}")
    found = of(path)
    assert [trap.said for trap in found.traps if trap.name == "parentheses"] == [
        '"(14)" is read as -14, as accountants write what is below 0'
    ]
    assert next(one.lowest for one in found.columns if one.name == "change") == -413


@pytest.mark.parametrize("form", ["{0:02}:{1:02}", "{0}:{1:02}:05", "{0}:{1:02} pm", "{0}h {1}m"])
def test_times_without_a_date_are_no_names_of_the_rows(tmp_path: Path, form: str) -> None:
    path = tmp_path / "t.csv"
    rows = "".join(f"{n * 7 % 10}.5,{form.format(n // 6, n * 11 % 60)},{'ab'[n % 2]}\n" for n in range(6, 60))
    path.write_text(f"x,start,kind\n{rows}")
    (trap,) = [trap for trap in of(path).traps if trap.column == "start"]
    assert trap.said.startswith("54 different times (of day, or durations), which are not read: write them as numbers")


def test_rows_that_end_with_a_delimiter_have_no_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,kind\n" + "".join(f"{n},{'ab'[n % 2]},\n" for n in range(30)))
    with pytest.raises(BadInput, match=r"2; rows end with a comma that the row of names has not: let that end so, or"):
        of(path)


@pytest.mark.parametrize(
    ("form", "is_zoned"),
    [("2024-03-{0:02}T01:00:00+02:00", True), ("2024-03-{0:02} 01:00", False), ("{0} Mar 2024", False)],
)
def test_times_of_a_zone_are_said_to_be_those_of_utc(tmp_path: Path, form: str, is_zoned: bool) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "x,day,kind\n" + "".join(f"{n % 7},{form.format(n * 7 % 28 + 1)},{'ab'[n % 2]}\n" for n in range(40))
    )
    (trap,) = [trap for trap in of(path).traps if trap.name == "dates"]
    assert trap.said.endswith(", as UTC has them") == is_zoned


def test_a_group_of_one_label_each_may_say_the_label(tmp_path: Path) -> None:
    path, rows = tmp_path / "t.csv", []
    for n in range(300):
        home, away = n * 7 % 5, n * 11 % 4
        rows.append(f"{n * 37 % 91}.5,{home}-{away},{'HDA'[(home <= away) + (home < away)]}\n")
    path.write_text(f"crowd,score,result\n{''.join(rows)}")
    (trap,) = [trap for trap in of(path).traps if trap.name == "groups"]
    assert trap.said.endswith('; or it says the label: if it is known only with that, columns.drop = ["score"]')


def test_slips_are_to_be_mended_and_one_alone_makes_no_texts_of_a_column(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"{n * 37 % 91}.5,{'ab'[n % 2]}\n" for n in range(300)]
    path.write_text("".join(["x,kind\n", *rows[:9], "1e400,a\n", *rows[9:60]]))
    (trap,) = [trap for trap in of(path).traps if trap.name == "doubtful"]
    assert trap.way and (trap.way.key, trap.way.value) == ("marks", "x = 1e400")
    path.write_text("".join(["x,kind\n", *rows[:9], "1O5,a\n", "l7,a\n", *rows[9:]]))
    (trap,) = [trap for trap in of(path).traps if trap.name == "doubtful"]
    assert trap.way is None and trap.said == '2 of 302 cells no number: "1O5", "l7"; mend them'
    path.write_text("".join(["x,kind\n", *rows[:9], "1\u00a00.6\u00a01,a\n", *rows[9:60]]))
    (trap,) = [trap for trap in of(path).traps if trap.name == "doubtful"]
    assert not trap.way or trap.way.key == "as", "nobody could type it as it stands"


def test_labels_that_are_grades_are_told_to_be_numbers_too_and_codes_are_not(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)

    def told(y: Any, **edits: str) -> list[str]:
        path = tmp_path / "table.npz"
        np.savez(path, X=rng.standard_normal((len(y), 3)), y=y)
        experiment = edit(Experiment(), {"data.source": str(path), **edits})
        return [trap.said for trap in report(experiment).traps if trap.name == "grades"]

    quality = np.repeat(np.arange(3, 9), [10, 53, 681, 638, 199, 18])
    assert ['task = "regression" predicts how much instead' in said for said in told(quality)] == [True]
    assert told(quality, task="classification") == []
    assert told(np.repeat(np.arange(10), 60)) == []
    assert told(np.repeat(np.arange(3), [50, 100, 20])) == []


def days(path: Path, missing: int = 0) -> Path:
    """Rows a day apart, two of a day at times, in order; the first ones without their date."""
    start = np.datetime64("2022-01-25")
    texts = ["" if n < missing else str(start + n // 2 * 3).replace("-", "") for n in range(M)]
    return write(path, {"day": texts, **SOUND})


def test_dates_without_dashes_are_asked_about(tmp_path: Path) -> None:
    """They were names of the rows, to be left out, where each row had another, else amounts."""
    path = days(tmp_path / "t.csv")
    (trap,) = [trap for trap in of(path).traps if trap.open]
    assert trap.said == '"20220125" may be a date, as each of them may, or a number'
    assert of(path).proposed == {"as": '["day = date"]'}
    with pytest.raises(
        BadInput, match=r'"20220125" may be a date, .* say columns\.as = \["day = date"\] \(or number\)'
    ):
        csv_file.read(path.open("rb"), "", edit(Experiment(), {"columns.missing": "median"}).columns)
    (day, *_) = of(path, columns__as="day = date").columns
    assert (day.kind, day.lowest, day.highest) == ("date", 19017, 19017 + 297)
    (day, *_) = of(path, columns__as="day = number").columns
    assert (day.kind, day.lowest) == ("number", 20220125)
    ids = {"id": [20220100 + n for n in range(M)], **SOUND}  # no January has 200 days
    assert "dates" not in {trap.name for trap in of(write(path, ids)).traps}


def test_the_order_of_dates_is_told_where_some_are_missing_or_decided(tmp_path: Path) -> None:
    for missing, more in ((0, {}), (7, {"columns__missing": "median"})):
        found = of(days(tmp_path / "t.csv", missing), columns__as="day = date", **more)
        (trap,) = [trap for trap in found.traps if trap.name == "time"]
        assert not trap.open and 'columns.time = "day"' in trap.said and ("drop rows" in trap.said) == bool(missing)
    settings = {"data.source": str(tmp_path / "t.csv"), "columns.as": "day = date", "columns.time": "day"}
    assert len(prepare(edit(Experiment(), {**settings, "columns.missing": "drop rows"})).train.y)
