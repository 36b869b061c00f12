"""Text from strangers: control sequences and markup in every name, in every sink, reach no terminal."""

import re
import unicodedata
from pathlib import Path

import pytest

from tests.commands import tuilab
from tests.terminal import Terminal
from tuilab.lab import Lab
from tuilab.ui.views import VIEWS
from tuilab.ui.views.looking import WAITING

PAYLOADS = {
    "clipboard": "\x1b]52;c;UFdORUQ=\x07",
    "title": "\x1b]0;PWNED\x1b\\",
    "screen": "\x1b[2J\x1b[H\x1b[?1049l",
    "answer": "\x1b[6n\x1b[c\x1bP+q544e\x1b\\",
    "c1": "\x9b31m\x9d52;c;UFdORUQ=\x9c",
    "bidi": "\u202edrow\u2066",
    "bell": "\x07\x08\x7f\x0e",
    "characters": "a\rb\x1b(0",
    "markup": "[link=http://x.example][bold red]loss[/",
}
SEQUENCE = re.compile(
    rb"\x1b(?:\[([<=>?]?)[0-9;:]*([ -/]*)([@-~])|(\])([0-9]*)[^\x07\x1b]*(?:\x07|\x1b\\)"
    rb"|([P_^X])[^\x1b]*\x1b\\|([ -/]*[0-~]))"
)

OWN = {b"m", b"H", b"?h", b"?l", b"?$p", b">u", b"<u", b"]22"}
"""What the app itself sends: colors, the cursor's place, modes and the question for them, keys, the pointer's shape."""
ROOMS = {"g": "Gradient check", "o": "Open a preset", "b": "Runs: 1", "w": "Save the experiment", "?": "│  Help"}
"""What a room shows that the lab does not, by the key that opens it."""


def shapes(written: bytes) -> set[bytes]:
    """The kinds of control sequences among `written`: a CSI's prefix and final byte, an OSC's number."""
    return {b"".join(part for part in found if part) for found in SEQUENCE.findall(written)}


def stray(written: bytes) -> set[str]:
    """Control characters outside of sequences, but for what moves to a new line."""
    text = SEQUENCE.sub(b"", written).decode()
    return {
        character
        for character in text
        if (unicodedata.category(character) == "Cc" and character not in "\r\n")
        or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
    }


def material(folder: Path, payload: str) -> Path:
    """A preset and its data with `payload` in every name that a stranger chooses; the path holds it too."""
    in_name = payload.replace("/", "")
    data = folder / f"{in_name}.csv"
    quoted = payload.replace('"', '""').replace("\r", "")  # a label of two lines is refused
    rows = "".join(f'{x},{x * x % 7},"{"yes" if x % 2 else quoted}"\n' for x in range(60))
    data.write_text(f'"{quoted}",b,"label {quoted}"\n{rows}', newline="")
    path = folder / f"{in_name}.toml"
    path.write_text(
        f'title = "{_escaped(payload)}"\nabout = "{_escaped(payload)} is the text."\n'
        f'[data]\nsource = "{_escaped(str(data))}"\n'
        "[network]\nhidden = [3]\n[optimization]\niterations = 50\n"
    )
    return path


def _escaped(text: str) -> str:
    return "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text)


def tour(path: Path) -> Terminal:
    """The app opened on `path`: trained, and every room and view looked at."""
    with Terminal("open", str(path)) as terminal:
        terminal.wait("r Run")
        terminal.press("r")
        terminal.wait("done")
        for view in VIEWS[1:]:
            terminal.press("]")
            terminal.wait(f"▸{view.TITLE}◂")
            assert terminal.until(lambda: WAITING not in terminal.text)
        for key, shown in ROOMS.items():
            terminal.press(key)
            terminal.wait(shown)
            terminal.press("\x1b")
            assert terminal.until(lambda shown=shown: not re.search(shown, terminal.text))
        terminal.press("q")
        assert terminal.exit_code() == 0
    return terminal


def test_the_app_sends_its_own_sequences_alone(home: Path, tmp_path: Path) -> None:
    payload = "".join(PAYLOADS.values())
    (home / "presets").mkdir(parents=True)
    path = material(tmp_path, payload)
    (home / "presets" / "stranger.toml").write_text(path.read_text())
    written = bytes(tour(path).written)
    assert b"PWNED" not in b"".join(match.group() for match in SEQUENCE.finditer(written))
    assert shapes(written) <= OWN
    assert not stray(written)


@pytest.mark.parametrize("payload", ["".join(PAYLOADS.values()), PAYLOADS["markup"]], ids=["all", "markup"])
def test_the_command_line_prints_text_alone(home: Path, tmp_path: Path, payload: str) -> None:
    path = str(material(tmp_path, payload))
    run = Lab().start(Lab().open(path)[1])
    commands = [
        ["watch", run],
        ["export", run, "--format", "toml"],
        ["runs"],
        ["presets"],
        ["presets", "show", path],
        ["inspect", path],
        ["data", path],
        ["run", path + "nowhere"],
        ["run", path, "--set", f"data.label={payload}"],
        ["watch", payload],
        [payload],
    ]
    done, ends = tuilab(*commands)
    assert len(ends) == len(commands)
    for out in (done.stdout, done.stderr):
        assert "\x1b" not in out
        assert not stray(out.encode())
