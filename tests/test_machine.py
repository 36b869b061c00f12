"""What the machine does, beside the run: looked at, told, thinned, read back, and never the end of a run."""

import math
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import msgspec
import psutil
import pytest
from msgspec.structs import replace

from tuilab.events import Card, Machine, Memory, decode, encode
from tuilab.experiment import Experiment, edit
from tuilab.lab import Lab
from tuilab.lab.export import curves_csv, curves_object
from tuilab.lab.insight.machine import MachineInsight
from tuilab.trainer import machine
from tuilab.trainer.cards import Cards
from tuilab.trainer.machine import EVERY, POINTS, Meter, merged
from tuilab.trainer.process import main

SMALL = edit(Experiment(), {"data.source": "blobs", "data.examples": "60", "optimization.iterations": "40"})
DRIVER = r"""
#include <string.h>
typedef struct { unsigned int gpu, memory; } use;
typedef struct { unsigned long long total, free, used; } room;
int nvmlInitWithFlags(unsigned int flags) { return 0; }
int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned long place, void **handle) { *handle = (void *)(place + 1); return 0; }
static int lost(void *handle) { return handle == (void *)2 ? 15 : 0; }
int nvmlDeviceGetName(void *handle, char *name, unsigned int length) { strcpy(name, "A \033[2J card"); return 0; }
int nvmlDeviceGetUtilizationRates(void *handle, use *told) { told->gpu = 87; return lost(handle); }
int nvmlDeviceGetMemoryInfo(void *handle, room *told) { *told = (room){1000, 750, 250}; return lost(handle); }
int nvmlDeviceGetPowerUsage(void *handle, unsigned int *told) { *told = 512500; return lost(handle); }
int nvmlDeviceGetTemperature(void *handle, int sensor, unsigned int *told) { *told = 61; return lost(handle); }
"""
"""A driver of two cards, the second of which is lost: it answers but for its name."""
LOOK = """
import sys
from pathlib import Path
import msgspec
from tuilab.trainer import cards
cards.DEVICES = (Path("/dev/null"),)
sys.stdout.buffer.write(msgspec.json.encode(cards.Cards().look()))
"""


def seen(iteration: int = 10, **figures: object) -> Machine:
    one = Machine(
        time=0,
        iteration=iteration,
        seconds=iteration / 10,
        cores=2,
        trainer_cpu=1,
        cpu=0.5,
        trainer_memory=100,
        memory=Memory(used=300, total=1000),
    )
    return replace(one, **figures)


def test_a_look_is_taken_once_a_second_and_told_less_often_the_longer_a_run_has_gone() -> None:
    meter, end, step = Meter(0.0), 3000, 0.75
    told = [found for k in range(int(end / step)) if (found := meter.look(k, k * step)) is not None]
    gaps = [late.seconds - early.seconds for early, late in pairwise(told)]
    assert min(gaps) >= EVERY
    assert all(gap >= late.seconds / POINTS for gap, late in zip(gaps, told[1:], strict=True))
    assert len(told) < POINTS * (1 + math.log(end / POINTS))


def test_what_a_look_tells_is_true_and_no_run_pays_before_it() -> None:
    meter = Meter(5.0)
    assert meter.look(1, 5.5) is None and "_process" not in vars(meter)
    found = meter.look(2, 6.0)
    assert found is not None and found.cores == os.cpu_count() and found.seconds == 6
    assert 0.5 < found.trainer_memory / psutil.Process().memory_info().rss < 2
    assert found.memory.total == psutil.virtual_memory().total
    assert decode(encode(found)) == found


def test_what_a_trainer_uses_in_a_pause_is_not_taken_for_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """In an hour's pause it uses some 20 s of processor time, and no second of training goes by."""
    clock, used = [0.0], [0.0]
    monkeypatch.setattr(machine.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(machine.time, "process_time", lambda: used[0])
    meter = Meter(0.0)
    clock[0], used[0] = 3601.0, 21.0
    after = meter.look(10, 1.0)
    clock[0], used[0] = 3602.0, 22.0
    later = meter.look(20, 2.0)
    assert after is not None and after.trainer_cpu == pytest.approx(21 / 3601)
    assert later is not None and later.trainer_cpu == 1


def test_the_first_look_is_of_the_run_and_not_of_what_the_process_waited_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = list[float]()
    monkeypatch.setattr(psutil, "cpu_percent", lambda: asked.append(0) or 50.0)
    meter = Meter(0.0)
    assert len(asked) == 1
    found = meter.look(1, 1.0)
    assert found is not None and found.cpu == 0.5 and len(asked) == 2


def test_what_cannot_be_told_costs_the_run_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError(13, "no /proc here")

    with monkeypatch.context() as patched:
        patched.setattr(psutil, "cpu_percent", refuse)
        meter = Meter(0.0)
        assert meter.look(0, 1.0) is None
    with monkeypatch.context() as patched:
        patched.setattr(psutil, "virtual_memory", refuse)
        assert meter.look(1, 2.0) is None and meter.look(1, 2.5) is None
    assert meter.look(1, 3.5) is not None


def test_no_peak_of_memory_or_heat_is_lost_between_two_lines() -> None:
    hot = Card(name="a", busy=1, memory=Memory(used=9, total=10), power=300, temperature=90)
    calm = Card(name="a", busy=0, memory=Memory(used=1, total=10), power=100, temperature=40)
    peak = seen(11, trainer_cpu=2, trainer_memory=900, memory=Memory(used=999, total=1000), cards=(hot,))
    one = merged([seen(cards=(calm,)), peak, seen(12, cards=(calm, calm)), seen(13, trainer_cpu=0, cards=(Card(),))])
    assert (one.iteration, one.trainer_cpu, one.cpu) == (13, 1, 0.5)
    assert (one.trainer_memory, one.memory.used) == (900, 999)
    assert one.cards == (Card(busy=pytest.approx(1 / 3), memory=hot.memory, power=500 / 3, temperature=90),)


@pytest.mark.parametrize(
    ("figure", "wrong"),
    [
        ("cpu", 1.5),
        ("trainer_cpu", -1),
        ("trainer_cpu", math.nan),
        ("trainer_memory", -1),
        ("cores", 0),
        ("seconds", -1),
        ("memory", {"used": 2, "total": 1}),
        ("memory", {"used": 0, "total": 0}),
        ("cards", [{"busy": 2}]),
        ("cards", [{"power": -1}]),
        ("cards", [{"temperature": 1e9}]),
        ("cards", [{"name": "x" * 101}]),
        ("cards", [{}] * 65),
    ],
)
def test_a_line_with_an_impossible_figure_is_no_event(figure: str, wrong: object) -> None:
    line = msgspec.json.decode(encode(seen()))
    assert decode(msgspec.json.encode(line)) == seen()
    with pytest.raises(msgspec.ValidationError):
        decode(msgspec.json.encode({**line, figure: wrong}))


def test_cards_are_asked_of_the_driver_and_one_that_is_lost_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "driver.c").write_text(DRIVER)
    library = tmp_path / "libnvidia-ml.so.1"
    subprocess.run(["cc", "-w", "-shared", "-fPIC", "-o", str(library), str(tmp_path / "driver.c")], check=True)
    environment = {**os.environ, "LD_LIBRARY_PATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", LOOK], env=environment, capture_output=True, check=True)
    first, second = msgspec.json.decode(done.stdout, type=tuple[Card, ...])
    memory = Memory(used=250, total=1000)
    assert first == Card(name="A �[2J card", busy=0.87, memory=memory, power=512.5, temperature=61)
    assert second == Card(name=first.name)


def test_where_there_is_no_driver_there_are_no_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuilab.trainer.cards.DEVICES", (Path("/dev/null"),))
    monkeypatch.setenv("LD_LIBRARY_PATH", "")
    assert Cards().look() == ()
    monkeypatch.setitem(sys.modules, "pynvml", None)  # not installed
    assert Cards().look() == ()


def test_a_trainer_logs_it_and_everybody_reads_it(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "EVERY", 0.0)
    folder = lab.store.create(SMALL)
    assert main(str(folder.path)) == 0
    view = lab.follow(folder.name).poll().view
    assert view.machine and view.damaged == 0
    assert view.machine[-1].iteration == 40
    found = MachineInsight.look(lab, SMALL, lab.follow(folder.name).poll())
    assert found.memory == psutil.virtual_memory().total and "the trainer used" in found.said


def test_exports_hold_what_it_did_a_column_a_figure(lab: Lab) -> None:
    folder = lab.store.create(edit(SMALL, {"optimization.iterations": "1"}))
    assert main(str(folder.path)) == 0
    card = Card(name="a", busy=0.5, memory=Memory(used=9, total=10), power=300, temperature=90)
    run = lab.follow(folder.name).poll()
    run = replace(run, view=replace(run.view, machine=(seen(7), seen(9, cards=(card, Card())))))
    rows = [line.split(",") for line in curves_csv(run).splitlines()]
    of_machine = ["seconds", "trainer_cpu", "machine_cpu", "trainer_memory", "machine_memory"]
    of_cards = [f"card{place}_{name}" for place in (0, 1) for name in ("busy", "memory", "power", "temperature")]
    assert rows[0][7:] == of_machine + of_cards
    assert [row[7:] for row in rows if row[0] == "7"] == [["0.7", "1.0", "0.5", "100.0", "300.0", *[""] * 8]]
    assert [row[12:] for row in rows if row[0] == "9"] == [["0.5", "9.0", "300.0", "90.0", *[""] * 4]]
    told = curves_object(run)
    assert told["curves"]["machine"]["trainer_cpu"] == [1.0, 1.0]
    first, second = told["cards"]
    assert (first["name"], first["total_memory"], first["memory"], first["power"]) == ("a", 10, [9.0], [300.0])
    assert (second["total_memory"], second["memory"], second["busy"]) == (0, [None], [None])
