"""Everything from outside passes the one converter here, because struct constructors do not validate."""

import difflib
import keyword
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from tuilab.errors import BadInput
from tuilab.experiment.fields import GENERATED, SHIPPED, Experiment
from tuilab.experiment.knobs import knobs
from tuilab.text import clean, escaped
from tuilab.words import plural

MAXIMUM_FILE_BYTES = 100_000
"""A TOML experiment larger than this is refused unread."""
SOURCES = ("data.source", "data.dev_source", "data.test_source")
"""Where data come from: each may be a file, named from the folder in which one works."""
_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_DEEP = re.compile(rf"(?<![\w\\-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{16}}")
"""A dotted key of many parts, over which a TOML parser takes the square of their number in time and memory."""
_NESTED = "not an experiment: nested too deeply"
_HUGE = "a number of thousands of digits"


def convert(raw: Mapping[str, Any]) -> Experiment:
    """The one converter: a (partial) nested mapping to a checked experiment. Raises `BadInput`."""
    experiment = _typed(raw)
    check(experiment)
    return experiment


def alone(path: str, raw: str) -> Any:
    """What the text `raw` means at the known `path`, whatever stands beside it. Raises `BadInput`."""
    table: Any = knobs()[path].parse(raw)
    for key in reversed(path.split(".")):
        table = {key: table}
    return get(_typed(table), path)


def unknown(path: str, known: Iterable[str]) -> BadInput:
    """What is wrong with a `path` of no knob: those of `known` in its section or of a name like its own, else all."""
    paths, (section, _, name) = list(known), path.rpartition(".")
    beside = [one for one in paths if section and one.startswith(f"{section}.")]
    names = {one.rpartition(".")[2]: one for one in reversed(beside or paths)}
    closest = [names[like] for like in difflib.get_close_matches(name, names)]
    told = ", ".join(dict.fromkeys([*closest, *beside]) or paths)
    return BadInput(f"unknown key; {'closest' if closest else 'known'} are {told}", path=clean(path))


def edit(experiment: Experiment, edits: Mapping[str, str]) -> Experiment:
    """`experiment` with the value at each path (`network.hidden`) read from its text. Raises `BadInput`.

    All edits are made before the result is checked, so shares that belong together can change together.
    """
    table = to_dict(experiment)
    for path, raw in edits.items():
        knob = knobs().get(path)
        if knob is None:
            raise unknown(path, knobs())
        if any("\ud800" <= letter <= "\udfff" for letter in raw):  # bytes of an argument that are no UTF-8
            raise BadInput("must be Unicode text", path=path)
        *sections, key = path.split(".")
        place = table
        for section in sections:
            place = place[section]
        place[key] = knob.parse(raw)
    return convert(table)


def _typed(raw: Mapping[str, Any]) -> Experiment:
    """What every single field allows. Raises `BadInput`."""
    try:
        return msgspec.convert(raw, Experiment)
    except msgspec.ValidationError as error:
        raise _explain(str(error), raw) from None


def parse(text: str) -> dict[str, Any]:
    """The table that TOML text holds, still unchecked. Raises `BadInput`."""
    if _DEEP.search(text):
        raise BadInput(_NESTED)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise BadInput(_NESTED) from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"not TOML: {error}") from None
    except ValueError:  # Python's limit on the digits of an integer
        raise BadInput(f"not an experiment: {_HUGE}") from None


def loads(text: str) -> Experiment:
    """An experiment from TOML text; keys left out take their defaults. Raises `BadInput`."""
    return convert(parse(text))


def dumps(experiment: Experiment) -> str:
    """The whole experiment as TOML, defaults included: a later change of a default must not rewrite history."""
    return escaped(tomli_w.dumps(to_dict(experiment)))


def load(path: Path) -> Experiment:
    """The experiment in the TOML file `path`. Raises `BadInput` naming the file."""
    try:
        return loads(read_text(path))
    except BadInput as error:
        raise error.within(str(path)) from None


def read_text(path: Path) -> str:
    """The UTF-8 text of a regular file of at most `MAXIMUM_FILE_BYTES`. Raises `BadInput`."""
    try:
        if not path.is_file():
            raise BadInput("is not a regular file" if path.exists() else "no such file")
        with path.open("rb") as file:
            content = file.read(MAXIMUM_FILE_BYTES + 1)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}") from None
    return decoded(content)


def decoded(content: bytes) -> str:
    """`content` as UTF-8 text, of at most `MAXIMUM_FILE_BYTES`. Raises `BadInput`."""
    if len(content) > MAXIMUM_FILE_BYTES:
        raise BadInput(f"is larger than {MAXIMUM_FILE_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"is not UTF-8 text (byte {error.start})") from None


def to_dict(experiment: Experiment) -> dict[str, Any]:
    """The experiment as nested dictionaries of plain values."""
    table: dict[str, Any] = msgspec.to_builtins(experiment)
    return table


def changed(section: msgspec.Struct, default: msgspec.Struct) -> dict[str, Any]:
    """The values of an experiment, or of a section of it, that are not as in `default`: what `convert` reads back."""
    pairs = ((field, getattr(section, field), getattr(default, field)) for field in section.__struct_fields__)
    return {
        field.removesuffix("_"): changed(value, before) if isinstance(value, msgspec.Struct) else value
        for field, value, before in pairs
        if value is not before and value != before
    }


def differences(old: Experiment, new: Experiment) -> dict[str, tuple[Any, Any]]:
    """{path: (value in old, value in new)} of the knobs that differ."""
    pairs = {path: (get(old, path), get(new, path)) for path in knobs()}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def without_effect(experiment: Experiment) -> tuple[str, ...]:
    """A sentence on each knob that is set and does not matter here: β₁, say, under gradient descent."""
    changed = (path for path, knob in knobs().items() if get(experiment, path) != knob.default)
    return tuple(sentence for path in changed if (sentence := idle(experiment, path)))


def idle(experiment: Experiment, path: str) -> str:
    """Why the knob at `path` does not matter here, in a sentence; empty where it does."""
    knob = knobs()[path]
    if knob.kind == "one or list" and isinstance(get(experiment, path), tuple):  # keep_prob's begins with the inputs
        return ""
    return _idle(path, tuple(get(experiment, chooser) for chooser in knob.choosers))


@lru_cache(1000)  # lists of runs ask it of each
def _idle(path: str, choices: tuple[Any, ...]) -> str:
    knob = knobs()[path]
    said = {chooser: knobs()[chooser].format(choice) for chooser, choice in zip(knob.choosers, choices, strict=True)}
    for rule in knob.rules:
        if rule.idles(said):
            title, choice = knobs()[rule.choosers[0]].title, said[rule.choosers[0]]
            return f'"{knob.title}" has no effect while "{title}" is {choice or "empty"}'
    return ""


def get(experiment: Any, path: str) -> Any:
    """The value at `path` (`network.hidden`) of an experiment, or of a section of it."""
    return _getter(path)(experiment)


@cache
def _getter(path: str) -> "attrgetter[Any]":
    return attrgetter(".".join(f"{key}_" if keyword.iskeyword(key) else key for key in path.split(".")))


def check(experiment: Experiment) -> None:
    """What no single field can tell. Raises `BadInput`."""
    split = experiment.split
    total = split.train + split.train_dev + split.dev + split.test
    if not math.isclose(total, 1, abs_tol=1e-6):
        held_out = "train_dev + " * (split.train_dev > 0)
        raise BadInput(f"train + {held_out}dev + test must be 1, got {total:g}", path="split")
    if split.train_dev and not (split.dev or experiment.data.dev_source):
        raise BadInput("must be 0 without a dev part, with which it is compared", path="split.train_dev")
    layers = len(experiment.network.hidden)
    keep = experiment.dropout.keep_prob
    if isinstance(keep, tuple) and len(keep) != layers + 1:
        raise BadInput(
            f"needs {layers + 1} values, input layer first, for {plural(layers, 'hidden layer')}; got {len(keep)}",
            path="dropout.keep_prob",
        )
    named = experiment.network.activation
    if isinstance(named, tuple) and len(named) != layers:
        raise BadInput(f"needs {layers} names, one a hidden layer; got {len(named)}", path="network.activation")
    if experiment.columns.group and experiment.columns.time:
        raise BadInput("must be empty where columns.group names a column: both decide the split", path="columns.time")
    for part, share in (("dev", split.dev), ("test", split.test)):
        if share > 0 and getattr(experiment.data, f"{part}_source"):
            raise BadInput(f"must be 0 where data.{part}_source names a file, not {share:g}", path=f"split.{part}")


def _explain(message: str, raw: Any) -> BadInput:
    """A msgspec message (`Expected … - at `$.network.hidden[1]``) about `raw` as path, value and what is allowed."""
    text, _, place = message.partition(" - at `$")
    path = place.rstrip("`").removeprefix(".")
    if unknown := re.search(r"unknown field `(.*)`", text, re.DOTALL):
        section = f"{path}." if path else ""
        siblings = [known.removeprefix(section) for known in knobs() if known.startswith(section)]
        known = ", ".join(dict.fromkeys(sibling.split(".")[0] for sibling in siblings))
        return BadInput(f"unknown key; known here are {known}", path=clean(section + unknown[1]))
    for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        raw = raw[key] if key else raw[int(index)]
    shown = _shown(raw)
    knob = knobs().get(path.split("[")[0])
    if knob is None:
        return BadInput(f"must be a table, not {shown}", path=path)
    if length := re.search(r"of length ([<>])= (\d+)", text):
        most, what = int(length[2]), "characters" if isinstance(raw, str) else "values"
        said = f"must be at most {most:,} {what}, not {len(raw):,}" if length[1] == "<" else "must not be empty"
        return BadInput(said, path=path)
    allowed = knob.allowed_item if path.endswith("]") else knob.allowed
    return BadInput(f"must be {allowed}, not {shown}", path=path)


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # hexadecimal digits may be read without a limit, not written
        return _HUGE
    return text if len(text) <= 60 else text[:59] + "…"


def rooted(experiment: Experiment) -> Experiment:
    """`experiment`, its files of data named from the root: a trainer works in another folder."""
    return edit(experiment, {path: rooted_source(get(experiment, path)) for path in SOURCES})


def rooted_source(source: str) -> str:
    """One of the `SOURCES`, named from the root if it is a file."""
    return str(Path(source).expanduser().resolve()) if source and source not in (*SHIPPED, *GENERATED) else source
