"""Every character of the app as one of ASCII, as wide as it was: for terminals without Braille, boxes or UTF-8."""

import unicodedata

from rich.cells import cell_len

from tuilab.ui.plots.braille import BLANK, DOTS

_UNKNOWN = "?"
_ROWS: list[int] = DOTS.sum(axis=1).tolist()
"""The dots of a Braille character in each of its four rows, from above."""
_HIGHEST, _LOWEST = DOTS[0].tolist(), DOTS[3].tolist()
_LEFT = int(DOTS[:, 0].sum())
"""Those of its left column."""
_LIKE = {
    "'": "’‘′▔⎺",
    '"': "“”″▀",
    "-": "─╌╍┄┅┈┉–—−‐‑╴╶╸╺⎻",
    "|": "│┃╎╏┆┇┊┋║▏▎▍▌▐▕╷╵╹╻‖▊",
    "+": "┌┐└┘├┤┬┴┼╭╮╯╰┏┓┗┛┣┫┳┻╋┠┨┯┷┿╂┡┩┢┪┱┲╞╡╪╔╗╚╝╠╣╦╩╬",
    "=": "━═≈≡",
    "_": "▁▂⎽",
    ".": "·…▗▖∙",
    "o": "▃▄●○◉◯",
    "#": "▅▆▇█▓■▒",
    ":": "░",
    ">": "▶▸►→≥⟩▷↳»",
    "<": "◀◂◄←≤⟨«",
    "^": "▲▴↑△ˡ⌃",
    "v": "▼▾↓▽✓✔",
    "x": "✗✘×⨯✕",
    "*": "•◆★⋆✱◇",
    "/": "╱",
    "\\": "╲",
    "~": "∼∿±",
    "a": "α",
    "b": "β",
    "e": "ε",
    "d": "δ∂Δ",
    "l": "λ",
    "m": "μ",
    "s": "σΣ",
    "t": "θ",
    "V": "√",
}
_SUBSTITUTES = {ord(character): key for key, characters in _LIKE.items() for character in characters}


class _Table(dict[int, str]):
    """What `str.translate` looks a character up in; grows by what was looked for."""

    def __missing__(self, code: int) -> str:
        self[code] = substitute(chr(code))
        return self[code]


_TABLE = _Table()


def to_ascii(text: str) -> str:
    """`text` with every other character replaced by one of ASCII; it takes as many cells as before."""
    return text if text.isascii() else text.translate(_TABLE)


def substitute(character: str) -> str:
    """What stands for `character` (one): as many ASCII characters as it takes cells, so none for a combining one."""
    if character.isascii():
        return character
    code = ord(character)
    if BLANK <= code < BLANK + 256:
        return _stroke(code - BLANK)
    plain = _SUBSTITUTES.get(code) or "".join(filter(str.isascii, unicodedata.normalize("NFKD", character)))
    width = cell_len(character)
    return plain if plain.isprintable() and len(plain) == width else _UNKNOWN * width


def _stroke(dots: int) -> str:
    """The stroke that the dots of a Braille cell look like."""
    if not dots:
        return " "
    rows = [place for place, row in enumerate(_ROWS) if dots & row]
    if rows[-1] == 0:
        return "'" if dots in _HIGHEST else '"'
    if rows[0] == 3:
        return "." if dots in _LOWEST else "_"
    if len(rows) == 1 or (len(rows) == 2 and dots & _LEFT and dots & ~_LEFT):
        return "-"
    if not dots & _LEFT or not dots & ~_LEFT:
        return "|" if len(rows) > 2 else ":"
    left, right = (_mean_row(dots & side) for side in (_LEFT, ~_LEFT))
    if left == right:
        return "#"
    return "/" if left > right else "\\"


def _mean_row(dots: int) -> float:
    rows = [place for place, row in enumerate(_ROWS) if dots & row]
    return sum(rows) / len(rows)
