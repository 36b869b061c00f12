"""What is printed for a person, folded to the terminal."""

import shutil
import sys
import textwrap

from tuilab.text import is_screen

LEAST = 20
"""Columns below which nothing is folded any further."""


def folded(text: str) -> str:
    """`text` folded between words to the width of the terminal; in a pipe or a file a line stays a line."""
    if not is_screen(sys.stdout):
        return text
    width = max(LEAST, shutil.get_terminal_size().columns)
    return "\n".join(fold(line, width) for line in text.split("\n"))


def fold(line: str, width: int) -> str:
    """`line` as lines of at most `width` characters, those after the first set in; one that fits is as it was."""
    if len(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, width, subsequent_indent=indent, break_on_hyphens=False)
