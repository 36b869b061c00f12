"""The one cleaner between text from outside (titles, names, headers, classes) and a terminal; what brings that back."""

import os
from typing import TextIO

_BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
CONTROLS = frozenset((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *_BIDI, *range(0xD800, 0xE000)))
"""Code points that no terminal may get from outside: C0, DEL and C1 (escape sequences start there), line and paragraph
separators, what turns the direction of writing, lone surrogates."""
REPLACEMENT = 0xFFFD
"""What stands in their place."""
RESET = (
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?1004l\x1b[?2004l\x1b[?2026l\x1b[?2048l"
    "\x1b[<u\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[0m"
)
"""What undoes all that the app asks of a terminal: mouse, focus, paste, synchronized output and resize reports off,
keyboard protocol back, main screen, wrapping, cursor, plain text."""
MAXIMUM = 400
"""Characters to which a text is cut if nothing else is said."""
_ESCAPES = {code: f"\\u{code:04x}" for code in CONTROLS - {ord("\n")}}
_TABLE = dict.fromkeys(CONTROLS, REPLACEMENT) | dict.fromkeys(map(ord, "\t\n\r"), ord(" "))


def clean(text: str, limit: int = MAXIMUM) -> str:
    """`text` on one line, every control character shown as U+FFFD, cut to `limit` characters with an ellipsis.

    Tabs and line ends become a space. Nothing that is left can move the cursor, write to the clipboard or turn
    the direction of writing.
    """
    line = text[: limit + 1]
    if not line.isprintable():  # nothing printable is in the table, and it is told much sooner
        line = line.translate(_TABLE)
    return line if len(text) <= limit else line[: limit - 1] + "…"


def escaped(text: str) -> str:
    """`text`, which is JSON or TOML, with what no terminal may get escaped, as both allow in their strings."""
    return text.translate(_ESCAPES)


def is_screen(*streams: TextIO) -> bool:
    """Whether all of `streams` are a terminal that understands control sequences, which TERM=dumb says it does not."""
    return all(stream.isatty() for stream in streams) and os.environ.get("TERM", "") not in ("", "dumb")
