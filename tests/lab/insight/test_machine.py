"""What the machine does, in words and in columns."""

import csv
import io
import json

import numpy as np
from msgspec.structs import replace

from tests.test_machine import seen
from tests.ui.canned import snapshot
from tuilab.cli.plain import sentences
from tuilab.events import Card, Memory, Resumed
from tuilab.lab import Snapshot
from tuilab.lab.export import as_json, curves_csv, curves_object
from tuilab.lab.insight.machine import MachineInsight
from tuilab.runs import RunView, fold

GB = 10**9
H100 = Card(name="NVIDIA H100", busy=0.87, memory=Memory(used=40 * GB, total=80 * GB), power=512.5, temperature=61)


def watched() -> Snapshot:
    """Three looks; from the second on there is a card, and then one more, which tells nothing."""
    machine = [
        seen(10, trainer_cpu=0.5, trainer_memory=120 * 10**6, memory=Memory(used=3 * GB, total=8 * GB)),
        seen(20, trainer_cpu=1.5, trainer_memory=90 * 10**6, memory=Memory(used=2 * GB, total=8 * GB), cards=(H100,)),
        seen(30, trainer_memory=100 * 10**6, memory=Memory(used=GB, total=8 * GB), cards=(H100, Card())),
    ]
    run = snapshot("running", 30)
    return replace(run, view=fold(run.view, machine))


def test_the_words_say_the_last_look_and_the_table_its_extremes() -> None:
    found = MachineInsight.of(watched())
    assert found.said.split("\n") == [
        "At the last look, after 3 s of training, the trainer used 1.00 of 2 cores and 100 MB; the machine was 50 % "
        "busy, 1.0 GB of its 8.0 GB in use.",
        "Card 0, NVIDIA H100: 87 % busy, 40.0 GB of 80.0 GB in use, 512 W, 61 °C.",
        "Card 1: it tells nothing.",
    ]
    rows = {line[:17].strip(): line[17:].split() for line in found.lines}
    assert rows["trainer, cores"] == ["1.00", "1.00", "1.50"]
    assert rows["trainer, memory"] == ["100", "MB", "103", "MB", "120", "MB"]
    assert rows["card 1, busy"] == ["–", "–", "–"] and rows["card 0, °C"] == ["61", "61", "61"]
    assert found.busiest is found.cards[0] and max(map(len, found.lines)) <= 66


def test_before_the_first_look_it_says_why_there_is_nothing() -> None:
    assert "this run has had no such look" in MachineInsight.of(snapshot("done")).said
    assert not MachineInsight.of(snapshot("done")).lines


def test_a_resumed_run_goes_on_from_what_its_checkpoint_knew() -> None:
    back = Resumed(time=9, iteration=20, seconds=2, costs_before=20, errors_before=20)
    view = fold(watched().view, [back, seen(25)])
    assert [one.iteration for one in view.machine] == [10, 20, 25]
    whole = [*watched().view.machine, back, seen(25)]
    assert fold(RunView(), whole).machine == view.machine


def test_the_export_has_a_column_for_each_figure() -> None:
    run = watched()
    head, *rows = csv.reader(io.StringIO(curves_csv(run)))
    assert head[7:12] == ["seconds", "trainer_cpu", "machine_cpu", "trainer_memory", "machine_memory"]
    cards = [f"card{place}_{figure}" for place in (0, 1) for figure in ("busy", "memory", "power", "temperature")]
    assert head[12:] == cards
    told = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert (
        told["20"]["trainer_cpu"] == "1.5" and told["20"]["card0_power"] == "512.5" and told["10"]["card0_power"] == ""
    )
    read = json.loads(as_json(curves_object(run)))
    assert read["curves"]["machine"]["trainer_memory"] == [120e6, 90e6, 100e6]
    assert [card["name"] for card in read["cards"]] == ["NVIDIA H100", ""]
    assert read["cards"][0]["busy"] == [0.87, 0.87] and read["cards"][1]["busy"] == [None]
    unseen = curves_csv(snapshot("done", 5)).splitlines()[0].split(",")
    assert unseen[-1] == "dev_cost" and not curves_object(snapshot("done", 5))["cards"]


def test_it_is_told_in_sentences() -> None:
    lines = sentences(watched(), None)
    assert [line for line in lines if line.startswith(("At the last look", "Card "))] == (
        MachineInsight.of(watched()).said.split("\n")
    )
    assert not any(line.startswith("The machine") for line in sentences(snapshot("done"), None))


def test_a_column_has_nan_where_nothing_was_told() -> None:
    card = MachineInsight.of(watched()).cards[1]
    assert np.isnan(card.points.power).all() and card.memory == 0
