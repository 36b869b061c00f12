"""Which runs are meant: a small expression over what is said of them, such as `lambd >= 1 and status = done`.

    expression = some {"or" some}      some = one {"and" one}
    one        = "not" one | "(" expression ")" | name sign value
    sign       = "=" | "==" | "!=" | "<" | "<=" | ">" | ">="

A name is one that `tuilab.lab.apart.trait` knows; a value is written as for `--set`, in quotes where it has blanks.
Nothing is evaluated but that.
"""

import math
import operator
import re
from collections.abc import Callable
from typing import Any, get_args

from tuilab.errors import BadInput
from tuilab.lab.apart import Trait, trait
from tuilab.lab.summary import RunSummary
from tuilab.runs import Status
from tuilab.text import clean

Fits = Callable[[RunSummary], bool]
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TOKEN = re.compile(r"""\s*(?:([<>]=?|!=|==?|[()])|("[^"]*"|'[^']*'|\[[^\]]*\]|[^\s()<>=!"'\[\]]+))""")
_MOST = 1000
"""Characters of an expression."""
_DEEP = 50
_FIGURE_NUMBERS = ("iteration", "train_error", "dev_error", "best_dev_error", "test_error", "seconds")


def parse(text: str) -> Fits:
    """Whether a run is meant by `text`. A run that lacks a value fits no comparison with it. Raises `BadInput`."""
    if len(text) > _MOST:
        raise BadInput(f"is longer than {_MOST} characters")
    return _Parser(_tokens(text)).whole()


def is_expression(text: str) -> bool:
    """Whether `text` is meant as one, not as words to look for."""
    return any(sign in text for sign in "<>=")


def _tokens(text: str) -> list[str]:
    tokens, place, end = [], 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            raise BadInput(f"cannot be read from here on: {clean(text[place:].strip(), 40)}")
        tokens.append(found[1] or found[2])
        place = found.end()
    return tokens


class _Parser:
    """Descends through the tokens of an expression, one after another."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._place, self._depth = tokens, 0, 0

    def whole(self) -> Fits:
        fits = self._expression()
        if (rest := self._next()) is not None:
            raise BadInput(f"expected and, or, or the end, not {clean(rest, 40)}")
        return fits

    def _next(self) -> str | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _took(self, *words: str) -> bool:
        """Whether the next token is one of `words`, which is then behind."""
        token = self._next()
        taken = token is not None and token.lower() in words
        self._place += taken
        return taken

    def _take(self, what: str) -> str:
        token = self._next()
        if token is None or token in _SIGNS or token in "()":
            raise BadInput(f"expected {what}, not {'the end' if token is None else token}")
        self._place += 1
        return token

    def _expression(self) -> Fits:
        some = [self._some()]
        while self._took("or"):
            some.append(self._some())
        return some[0] if len(some) == 1 else lambda run: any(fits(run) for fits in some)

    def _some(self) -> Fits:
        every = [self._one()]
        while self._took("and"):
            every.append(self._one())
        return every[0] if len(every) == 1 else lambda run: all(fits(run) for fits in every)

    def _one(self) -> Fits:
        self._depth += 1
        if self._depth > _DEEP:
            raise BadInput("is nested too deeply")
        try:
            if self._took("not"):
                inner = self._one()
                return lambda run: not inner(run)
            if self._took("("):
                fits = self._expression()
                if not self._took(")"):
                    raise BadInput("a ) is missing")
                return fits
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Fits:
        name = self._take("the name of a figure or a knob")
        meant, sign = trait(name), self._next()
        if sign not in _SIGNS:
            raise BadInput(f"expected one of {' '.join(_SIGNS)} behind {name}, not {clean(sign or 'the end', 40)}")
        self._place += 1
        raw = self._take(f"a value behind {name} {sign}")
        try:
            wanted = _value(meant, raw)
            if not isinstance(wanted, (int, float)) and sign not in ("=", "==", "!="):
                raise BadInput(f"{sign} compares numbers, and this is none: {clean(raw, 40)}")
        except BadInput as error:
            raise BadInput(error.message, path=name) from None
        compare, of = _SIGNS[sign], meant.of
        if isinstance(wanted, (int, float)):
            return lambda run: isinstance(value := of(run), (int, float)) and compare(value, wanted)
        return lambda run: (value := of(run)) is not None and compare(value, wanted)


def _value(meant: Trait, raw: str) -> Any:
    """What `raw` means for that trait. Raises `BadInput`."""
    knob, text = meant.knob, raw[1:-1] if raw[0] in "\"'" else raw
    if knob is None:
        if meant.name == "status" and text not in get_args(Status):
            raise BadInput(f"must be one of {', '.join(get_args(Status))}, not {clean(text, 40)}")
        return _number(text) if meant.name in _FIGURE_NUMBERS else text
    value = knob.parse(raw)
    numeric = isinstance(value, (int, float)) and (isinstance(value, bool) == (knob.kind == "switch"))
    worded = isinstance(value, str) and (knob.kind == "text" or value in knob.words)
    if not (numeric or worded or isinstance(value, list)):
        raise BadInput(f"must be {knob.allowed}, not {clean(text, 40)}")
    return tuple(value) if isinstance(value, list) else value


def _number(text: str) -> float:
    """`0.05`, or `5%`. Raises `BadInput`."""
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise BadInput(f"must be a number, not {clean(text, 40)}")
    return value / 100 if text.endswith("%") else value
