"""The log: whole events, in order, none twice, whatever happens to the bytes."""

import errno
import itertools
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.forge import Process
from tests.runs.events import finished, lines, progress, started
from tuilab.errors import BadInput
from tuilab.events import VERSION, AnyEvent, Progress, encode
from tuilab.runs import Appender, Tail, ends, log
from tuilab.runs.files import read_at

ROOT = Path(__file__).parents[2]
EVENTS = [started(), progress(10, 3.0, np.nan, -np.inf), progress(20, np.inf, 1.0), finished()]
SMALL = [started(), progress(10, 2.0), finished()]

garbage = st.binary(min_size=1, max_size=30).map(lambda content: content.replace(b"\n", b"?"))


def content(events: list[AnyEvent]) -> bytes:
    return b"".join(log.written(event) for event in events)


def read_all(path: Path) -> tuple[list[AnyEvent], int]:
    tail = Tail(path)
    events = tail.read()
    while not tail.at_end:
        events += tail.read()
    return events, tail.damaged


@given(
    records=st.lists(st.sampled_from(EVENTS) | garbage, max_size=12),
    cuts=st.lists(st.integers(0, 3000), max_size=20),
    data=st.data(),
)
@examples(150)
def test_a_torn_write_never_yields_a_part_and_every_whole_event_comes_once(records, cuts, data):
    whole = b"".join((record if isinstance(record, bytes) else encode(record)) + b"\n" for record in records)
    bounds = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    expected = [record for record in records if not isinstance(record, bytes)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        tail, seen = Tail(path), []
        for start, end in itertools.pairwise(bounds):
            with path.open("ab") as file:
                file.write(whole[start:end])
            if data.draw(st.booleans()):
                seen += tail.read()
                complete = whole[:end].count(b"\n")
                assert len(seen) + tail.damaged == complete
        seen += tail.read()
        assert tail.at_end
        assert lines(seen) == lines(expected)
        assert tail.damaged == len(records) - len(expected)
        assert tail.read() == []


@pytest.mark.parametrize("change", [lambda byte: byte ^ 0x01, lambda byte: byte ^ 0xFF, lambda _: 0, lambda _: 10])
def test_a_changed_byte_costs_only_the_line_that_it_touches(tmp_path, change):
    path = tmp_path / "log.jsonl"
    good = content(SMALL)
    for offset in range(len(good)):
        path.write_bytes(good[:offset] + bytes([change(good[offset])]) + good[offset + 1 :])
        events, damaged = read_all(path)
        touched = good[:offset].count(b"\n")
        # A changed line end joins two lines.
        spoiled = {touched, touched + 1} if good[offset : offset + 1] == b"\n" else {touched}
        kept = [line for number, line in enumerate(lines(SMALL)) if number not in spoiled]
        # What else is shown is a line that lost nothing of its content (to a change in the name of the checksum).
        assert set(kept) <= set(lines(events)) <= set(lines(SMALL))
        assert len(events) + damaged >= len(kept)
        assert lines(ends(path)) == lines(events)


def test_a_log_cut_anywhere_shows_the_earlier_events_and_takes_the_next_one(tmp_path):
    path = tmp_path / "log.jsonl"
    good = content(SMALL)
    for cut in range(len(good) + 1):
        path.write_bytes(good[:cut])
        whole = good[:cut].count(b"\n")
        assert lines(read_all(path)[0]) == lines(SMALL[:whole])
        with Appender(path) as appender:
            appender.append(progress(30, 1.0))
        events, damaged = read_all(path)
        rest = good[:cut].rpartition(b"\n")[2]
        # A line that lacks nothing but its end is made whole by the appender.
        complete = rest + b"\n" in map(log.written, SMALL)
        assert lines(events) == lines([*SMALL[: whole + complete], progress(30, 1.0)])
        assert damaged == (rest != b"" and not complete)


def test_nan_and_infinities_survive(tmp_path):
    path = tmp_path / "log.jsonl"
    with Appender(path) as appender:
        appender.append(EVENTS[1])
        appender.append(EVENTS[2])
    first, second = (event for event in read_all(path)[0] if isinstance(event, Progress))
    np.testing.assert_array_equal(np.array(first.costs.data, float), [3.0, np.nan, -np.inf])
    np.testing.assert_array_equal(np.array(second.costs.data, float), [np.inf, 1.0])
    assert np.isnan(np.array(first.errors.dev, float)).all()


def test_a_missing_log_is_an_empty_one(tmp_path):
    tail = Tail(tmp_path / "log.jsonl")
    assert tail.read() == []
    assert (tail.damaged, tail.at_end, ends(tmp_path / "log.jsonl")) == (0, True, [])


def test_columns_of_unequal_length_and_endless_numbers_are_damage(tmp_path):
    path = tmp_path / "log.jsonl"
    head = b'{"event":"progress","time":1,"iteration":1,"seconds":1,'
    path.write_bytes(
        b"\n".join(
            [
                head + b'"costs":{"iteration":[1,2],"data":[1],"penalty":[1]}}',
                head + b'"errors":{"iteration":[1' + b"0" * 400 + b'],"train":[1],"dev":[1]}}',
                head + b'"extra":' + b"[" * 100_000 + b"}",
                b'{"event":"surprise","time":1}',
                b'{"event":"finished","time":1,"status":"\xff","reason":"","iteration":1,"seconds":1}',
                encode(progress(5, 1.0)),
                b"",
            ]
        )
    )
    events, damaged = read_all(path)
    assert (lines(events), damaged) == (lines([progress(5, 1.0)]), 5)


def test_lines_that_are_as_many_events_only_all_together_are_damage(tmp_path):
    """Many lines are decoded at once: two events in one line do not make up for one in two lines."""
    path, event = tmp_path / "log.jsonl", b'{"event":"paused","time":1,"iteration":2}'
    for halves in ((event[:27], event[27:]), (event[:26] + b',"x":{}', event[26:])):
        path.write_bytes(b"\n".join([event + b" " + event, *halves, event, b""]))
        events, damaged = read_all(path)
        assert (len(events), damaged) == (1, 3)


def test_a_log_of_a_newer_format_is_refused_and_an_older_one_is_read(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(content([started(version=0), progress(1, 1.0)]))
    assert len(read_all(path)[0]) == 2
    newer = VERSION + 1
    for head in (encode(started(version=newer)), b'{"event":"started","version":%d,"shape":"unheard of"}' % newer):
        path.write_bytes(head + b"\n" + encode(progress(1, 1.0)) + b"\n")
        tail = Tail(path)
        for read in (tail.read, tail.read, lambda: ends(path)):
            with pytest.raises(BadInput, match="was written by a newer tuilab") as refusal:
                read()
            assert refusal.value.file == str(path)


def test_a_huge_log_comes_in_chunks_and_an_overlong_line_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "CHUNK", 1200)  # no event is longer
    path = tmp_path / "log.jsonl"
    many = [progress(k, float(k)) for k in range(1, 40)]
    path.write_bytes(content(many) + b"x" * 4321 + b"\n" + content(SMALL) + b"y" * 2500)
    tail, reads = Tail(path), []
    while not tail.at_end:
        reads.append(tail.read())
    assert max(sum(len(encode(event)) + 1 for event in read) for read in reads) <= 1200
    assert lines(event for read in reads for event in read) == lines(many + SMALL)
    assert tail.damaged == 1
    with path.open("ab") as file:
        file.write(b"\n" + content([finished(7)]))
    assert lines(tail.read() + tail.read()) == lines([finished(7)])
    assert tail.damaged == 2


def test_the_ends_of_a_long_log_are_found_without_reading_it_all(tmp_path, monkeypatch):
    path = tmp_path / "log.jsonl"
    many = [started(), *(progress(k, float(k)) for k in range(1, 500)), finished()]
    path.write_bytes(content(many))
    asked = []

    def counted(path: Path, offset: int, size: int) -> bytes:
        asked.append(size)
        return read_at(path, offset, size)

    monkeypatch.setattr(log, "read_at", counted)
    found = ends(path, window=2000)
    assert sum(asked) == 4000
    assert lines([found[0], found[-1]]) == lines([started(), finished()])
    assert lines(ends(path, window=10)[-1:]) == lines([finished()])


def test_a_full_disk_is_told_and_the_next_line_is_readable(tmp_path):
    path = tmp_path / "log.jsonl"
    with Appender(path) as appender:
        appender.append(started())
        size = path.stat().st_size
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, hard))
        try:
            for _ in range(2):
                with pytest.raises(OSError, match="too large"):
                    appender.append(progress(1, 1.0))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert path.stat().st_size == size
        appender.append(progress(2, 1.0))
    events, damaged = read_all(path)
    assert (lines(events), damaged) == (lines([started(), progress(2, 1.0)]), 0)


def test_half_a_line_that_cannot_be_taken_back_costs_only_itself(tmp_path, monkeypatch):
    path = tmp_path / "log.jsonl"
    write, left = os.write, [20]

    def fill(file: int, line: bytes) -> int:
        left[0] -= (count := write(file, line[: left[0]]))
        return count or refuse()

    def refuse(*_: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Appender(path) as appender:
        monkeypatch.setattr(os, "write", fill)
        monkeypatch.setattr(os, "ftruncate", refuse)
        with pytest.raises(OSError, match="No space left"):
            appender.append(progress(1, 1.0))
        monkeypatch.undo()
        appender.append(progress(2, 1.0))
    events, damaged = read_all(path)
    assert (lines(events), damaged) == (lines([progress(2, 1.0)]), 1)


def test_what_is_no_plain_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", tmp_path):
        with pytest.raises(BadInput, match="not a regular file"):
            Tail(path).read()
    target = tmp_path / "target"
    target.write_bytes(b"")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(OSError, match="is a link, which is not followed"):
        Appender(tmp_path / "link")


def test_a_writer_killed_at_any_moment_leaves_every_line_that_it_reported(tmp_path):
    path = tmp_path / "log.jsonl"
    code = (
        "import sys; from pathlib import Path; from tuilab.runs import Appender\n"
        "from tests.runs.events import progress\n"
        "with Appender(Path(sys.argv[1])) as appender:\n"
        "    for k in range(1, 10**9):\n"
        "        appender.append(progress(k, 1.0)); sys.stdout.write(f'{k}\\n'); sys.stdout.flush()\n"
    )
    with Process([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, cwd=ROOT) as writer:
        reported = [int(next(writer.stdout)) for _ in range(200)][-1]
        writer.kill()
    events, damaged = read_all(path)
    iterations = [event.iteration for event in events]
    assert iterations == list(range(1, len(events) + 1))
    assert len(events) >= reported
    assert damaged == 0
