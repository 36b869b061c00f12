"""Folders of strangers: a run in which something is not what it should be, made by a grammar of ways to spoil it."""

import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.strangers import log
from tuilab.errors import BadInput
from tuilab.lab import Lab
from tuilab.lab.export import as_json
from tuilab.lab.insight.weights import WeightsInsight
from tuilab.runs import RunFolder

FILES = ("experiment.toml", "log.jsonl", "about.toml", "weights.npz", "model.json", "trainer.out")
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
    (path.parent / "log.jsonl").write_bytes(log(chance.randrange(10**6)))


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
        lambda: lab.control.stop(path.name),
        lambda: lab.describe(path.name, label="a", note="b"),
    )
    for ask in asked:
        try:
            ask()
        except BadInput as error:
            assert "\n" not in str(error) and str(error).isprintable()
    return listed[0].status if listed else ""
