"""What a text that is not UTF-8 may be written in: whether its letters make words as latin-1."""

import codecs
import os
import re
from itertools import pairwise
from typing import BinaryIO, Literal, NamedTuple

from tuilab import stages

_PIECE = 2**20
_WORD = re.compile(rb"[A-Za-z\x80-\x9f\xa1-\xff]*[\x80-\x9f\xa1-\xff][A-Za-z\x80-\x9f\xa1-\xff]*")
_MOST = 1000
"""Different words that are looked at."""
_FEW = 0.25
"""Of the words with letters beyond ASCII, those that may look strange in a text of latin-1."""
_RARE = 0.05
"""Of the same, those that may hold what only a text of its neighbors has, cp1250 and cp1254."""
_NEIGHBORS = re.compile(r"(?<=\w)[ìù](?=\w)|è[aeiouyáéíóúýìù]|ø[áíúýìù]|ã[^\W\d_oesi]|(?<=\w\w)û\b", re.IGNORECASE)
"""ì and ù within a word, è before a vowel, ø before an accent (Czech, Croatian: ě ů č ř), ã but before what Portuguese
has it before (Romanian: ă), û at a long word's end (Hungarian: ű)."""
_HUNGARIAN, _NO_ESTONIAN = re.compile("õ(?!e)", re.IGNORECASE), re.compile("[áíóú]", re.IGNORECASE)
"""õ but before e, as Estonian has it, which has none of these (Hungarian: ő)."""
_TURKISH, _ICELANDIC = re.compile("[ðýþ]", re.IGNORECASE), re.compile("[áéíóúæ]", re.IGNORECASE)
"""Letters of Icelandic, which are others in cp1254 (ğ ı ş), and those that no text of it is without."""
_SOFT_HYPHEN = "\u00ad"
_NEVER = frozenset("\ufffdˆ˜")
"""What no text has: no letter at all, and accents without one."""
_INSIDE = "’ªº·-–—…'"
"""What is no letter, and may stand between letters of a word."""
_AT_ENDS = "“”„‚‘’«»‹›¿¡"
"""What may stand beside one another around a word."""

Other = Literal["latin-1", "utf-8", "utf-16", ""]
"""What it may be, UTF-8 with damaged bytes among it; empty where it is of an encoding that is not known."""


class Guess(NamedTuple):
    """What a file may be written in, and a word or so that shows it."""

    encoding: Other
    shown: tuple[str, ...]


def guessed(file: BinaryIO) -> Guess:
    """What `file`, which is not UTF-8 throughout, may be written in; the words are as latin-1 has them.

    Of a few damaged bytes in UTF-8 all other letters would be made other texts; the NUL of UTF-16 stands beside every
    letter. Latin-1 is what has its words of letters: not of those alone that English has none of, as Cyrillic, Greek
    and Thai have, nor with signs or capitals in the middle of a word, as East Asian and older encodings have, nor of
    letters where only the languages of Eastern Europe and Turkish have those that stand there in cp1250 and cp1254.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    at = damaged = letters = 0
    words = dict[bytes, None]()
    while piece := os.pread(file.fileno(), _PIECE, at):
        stages.at("telling the encoding of", at / os.fstat(file.fileno()).st_size)
        if not at and b"\0" in piece:
            return Guess("utf-16", ())
        at += len(piece)
        text = decoder.decode(piece, final=len(piece) < _PIECE)
        whole = text.encode("utf-8", "ignore").decode()
        damaged += len(text) - len(whole)
        letters += len(whole) - len(whole.encode("ascii", "ignore"))
        if len(words) < _MOST and not piece.isascii():
            words |= dict.fromkeys(_WORD.findall(piece))
    if damaged <= letters:
        return Guess("utf-8", ())
    read = [word.decode("cp1252", "replace").replace(_SOFT_HYPHEN, "") for word in words]
    odd = [word for word in read if _is_odd(word)]
    if len(odd) > _FEW * len(read) or any("\ufffd" in word for word in read):
        return Guess("", tuple(odd[:2]))
    if len(others := _of_neighbors(read)) > _RARE * len(read):
        return Guess("", tuple(others[:2]))
    return Guess("latin-1", tuple(read[:2]))


def _of_neighbors(words: list[str]) -> list[str]:
    """The words with letters beyond ASCII that are rather those of cp1250 or cp1254."""
    found = [word for word in words if _NEIGHBORS.search(word)]
    if any(map(_NO_ESTONIAN.search, words)):
        found += [word for word in words if _HUNGARIAN.search(word)]
    if not any(map(_ICELANDIC.search, words)):
        found += [word for word in words if _TURKISH.search(word)]
    return list(dict.fromkeys(found))


def _is_odd(word: str) -> bool:
    """Whether a word with letters beyond ASCII is none of a language that is written in latin-1."""
    if set(word) & _NEVER or (len(word) > 2 and all(letter.isalpha() and not letter.isascii() for letter in word)):
        return True
    signs = "".join(" " if letter.isalpha() or letter in _AT_ENDS else letter for letter in word)
    if any(len(set(run)) > 1 for run in signs.split()):
        return True
    inner = word.strip("".join({letter for letter in word if not letter.isalpha()}))
    if any(not letter.isalpha() and letter not in _INSIDE for letter in inner):
        return True
    return any(a.islower() and b.isupper() and not b.isascii() for a, b in pairwise(word))
