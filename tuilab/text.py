"""The one cleaner between text from outside (titles, file names, headers, classes) and a terminal."""

import unicodedata

_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def _is_control(character: str) -> bool:
    # Cc: C0, DEL and C1 (escape sequences start there); Cs: lone surrogates; Zl, Zp: line separators.
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or ord(character) in _BIDI


def clean(text: str, limit: int = 400) -> str:
    """`text` on one line, every control character shown as U+FFFD, cut to `limit` characters with an ellipsis.

    Tabs and line ends become a space. Nothing that is left can move the cursor, write to the clipboard or turn
    the direction of writing.
    """
    line = "".join(
        " " if character in "\t\n\r" else "\ufffd" if _is_control(character) else character
        for character in text[: limit + 1]
    )
    return line if len(text) <= limit else line[: limit - 1] + "…"
