"""Folders of strangers: a run or a sweep in which something is amiss, by a grammar of ways to spoil it."""

import os
import random
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tests.strangers import log
from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.lab.best_curves import BestCurves
from tuilab.lab.export import as_json
from tuilab.lab.insight.weights import WeightsInsight
from tuilab.lab.pictures import of_sweep
from tuilab.lab.sentences.pictures import pictures_text
from tuilab.queue.sweep import SweepFolder
from tuilab.queue.trials import TrialQueue
from tuilab.runs import RunFolder

FILES = ("experiment.toml", "log.jsonl", "about.toml", "tags.toml", "weights.npz", "model.json", "trainer.out")
FOLDERS = ("checkpoints", "claims", "requests")
PARTS = (*FILES, *FOLDERS, "claims/0001/trainer.json", "checkpoints/000001.npz", "requests/stop", "requests/set a")
TEXTS = (
    *("", "\x00" * 100, "[" * 100_000, "{" * 100_000, f"seed = {'9' * 5000}", f"{'a.' * 40_000}a = 1", "a = 1\na = 2"),
    *(
        'title = "\\u001b[2J\\u202e\\u0085"',
        "date = 9999-12-31",
        '{"pid":1e400}',
        '{"version":99}',
        "\x1b]52;c;eA==\x07",
    ),
    *(f'title = "{"x" * 10**6}"', "[data]\nsource = 5", "[network]\nhidden = [1e99]", "é" * 1000, "\x93NUMPY\x01\x00"),
)
"""What may stand in a file."""
NAMES = ("x-999999999", "x-999999999999999999", "x", "a" * 200, "a" * 201, "\x1b[2J-0009", "\u202e-0002", "~-0003", "-")


def folder(seed: int, sound: Path, runs: Path) -> Path:
    """A copy of the folder of the run `sound` among the `runs`, spoilt in one to three ways."""
    chance = random.Random(seed)
    path = runs / (chance.choice(NAMES) if chance.random() < 0.2 else f"strange-{seed:04}")
    shutil.copytree(sound, path)
    for _ in range(chance.choice((1, 2, 3))):
        with suppress(OSError):  # of what another way has put there
            chance.choice(_WAYS)(chance, path / chance.choice(PARTS))
    return path


def sweep(seed: int, sound: Path, sweeps: Path) -> Path:
    """A copy of the folder of the sweep `sound` among the `sweeps`, spoilt in one to three ways."""
    chance = random.Random(seed)
    path = sweeps / (chance.choice(NAMES) if chance.random() < 0.2 else f"strange-{seed:04}")
    shutil.copytree(sound, path)
    trial = sorted((path / "runs").iterdir())[0].name
    parts = ("sweep.toml", "runs", "requests", "requests/stop", f"runs/{trial}", f"runs/{trial}/log.jsonl", "runs/x")
    for _ in range(chance.choice((1, 2, 3))):
        part = chance.choice((*parts, "sweep.toml", "sweep.toml"))
        with suppress(OSError):
            chance.choice((_definition, *_WAYS) if part == "sweep.toml" else _WAYS)(chance, path / part)
    return path


def _definition(chance: random.Random, path: Path) -> None:
    """What is asked for is well formed, and too much or nothing."""
    said = chance.choice(
        (
            *(f"trials = {number}" for number in (0, -1, 10**7, 2**70, "9" * 5000, 1e300, "nan")),
            *(f"seeds = {number}" for number in (0, 1000, 10**9)),
            *(f"sampler = {text}" for text in ("1", '"\\u001b[2J"', "[]")),
            'prune = "\\u202e"',
            "trials = 10_000_000\nsampler = 'random'",
            "over = 5",
        )
    )
    over = chance.choice(
        (
            *(
                f'"regularization.lambd" = "{text}"'
                for text in ("log:0..1", "1..1e999", "0..1/999999999", "nan", "," * 9999)
            ),
            *(
                f'"regularization.lambd" = {value}'
                for value in ("[]", "[1e400]", "[[[[1]]]]", "[{}]", f"[{'1,' * 40_000}]")
            ),
            *(
                f"{key} = [1]"
                for key in ('"\\u001b]52;c;eA==\\u0007"', "a.b.c", "regularization", '"seed"', '"data.source"')
            ),
            *(f"{path} = [1]" for path in ('"network.hidden"', '"data.examples"', '"optimization.iterations"')),
            '"regularization.lambd" = "0..1"',
            '"data.source" = ["/dev/zero", "/etc/passwd"]',
            "",
        )
    )
    _regular(path)
    before = path.read_bytes().partition(b"[sweep]")[0]  # no text where another way has flipped some of it
    path.write_bytes(before + f'[sweep]\nworkers = "asked"\n{said}\n[sweep.over]\n{over}\n'.encode())


def _put(make: Callable[[Path], object]) -> Callable[[random.Random, Path], None]:
    def put(chance: random.Random, path: Path) -> None:
        _take(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)

    return put


def _take(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _text(chance: random.Random, path: Path) -> None:
    _put(lambda one: one.write_text(chance.choice(TEXTS), encoding="utf-8"))(chance, path)


def _regular(path: Path) -> None:
    """Raises OSError where another way has put something there that would be waited for, or read for ever."""
    if not path.is_file() or path.is_symlink() or not 0 < path.stat().st_size <= 10**7:
        raise OSError(f"{path} is no file of a usual size, or empty")


def _flipped(chance: random.Random, path: Path) -> None:
    _regular(path)
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 20))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def _cut(chance: random.Random, path: Path) -> None:
    _regular(path)
    os.truncate(path, chance.randrange(path.stat().st_size))


def _huge(chance: random.Random, path: Path) -> None:
    _regular(path)
    with path.open("ab") as file:
        file.truncate(chance.choice((10**8, 2 * 10**11)))


def _dated(chance: random.Random, path: Path) -> None:
    moment = chance.choice((-(10**10), 0, 2**33, 2**40))
    os.utime(path, (moment, moment))


def _crowded(chance: random.Random, path: Path) -> None:
    for name in range(chance.choice((3, 300))):
        (path / f"{name:04}").mkdir(parents=True, exist_ok=True)
        (path / f"{name:06}.npz").write_bytes(b"PK\x03\x04")


def _log(chance: random.Random, path: Path) -> None:
    _put(lambda one: one.write_bytes(log(chance.randrange(10**6))))(chance, path.parent / "log.jsonl")


_WAYS: tuple[Callable[[random.Random, Path], None], ...] = (
    *(_text, _text, _flipped, _flipped, _cut, _huge, _dated, _crowded, _log),
    lambda chance, path: _take(path),
    *map(_put, (Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc"), lambda path: path.symlink_to(path))),
)


def look_through(lab: Lab, path: Path) -> str:
    """Asks of the run what can be asked, each answered or refused in one line; the status that the list says."""
    listed = [one for one in lab.runs() if one.name == path.name]
    assert as_json(listed).isprintable()
    run = RunFolder(path)
    asked: tuple[Callable[[], object], ...] = (
        lambda: lab.follow(path.name).poll(),
        lambda: lab.control.look(path.name),
        lambda: lab.weights(path.name),
        lambda: lab.model_of(run),
        lambda: WeightsInsight.look(lab, lab.follow(path.name).poll().experiment, lab.follow(path.name).poll()),
        lambda: lab.tags(path.name),
        lambda: lab.control.stop(path.name),
        lambda: lab.describe(path.name, label="a", note="b"),
    )
    _ask(asked)
    return listed[0].status if listed else ""


def look_through_sweep(lab: Lab, path: Path) -> str:
    """The same of a sweep."""
    listed = [one for one in lab.sweeps.rows() if one.name == path.name]
    assert as_json(listed).isprintable()
    curves = BestCurves(lab.store)
    _ask(
        (
            lambda: lab.sweeps.look(path.name),
            lambda: pictures_text(of_sweep(lab.sweeps.look(path.name), curves)),
            lambda: as_json(of_sweep(lab.sweeps.look(path.name), curves)),
            lambda: as_json([TrialQueue(SweepFolder(path)).look()]),
            lambda: lab.sweeps.stop(path.name),
            lambda: lab.runs(),
        )
    )
    return listed[0].status if listed else ""


def _ask(asked: Sequence[Callable[[], object]]) -> None:
    """Asks what is answered or refused in one line."""
    for ask in asked:
        try:
            ask()
        except BadInput as error:
            assert "\n" not in str(error) and str(error).isprintable()
