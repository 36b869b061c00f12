"""Work off the UI thread: once, the newest, or on and on; what is stale is dropped, what fails is said."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.ui.loop import PATIENCE, Gate, Loop
from tuilab import stages
from tuilab.errors import BadInput
from tuilab.stages import Stage
from tuilab.ui.work.jobs import ENDED, Jobs, Tell, alone
from tuilab.ui.work.mishaps import LOG


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def jobs(loop: Loop, tmp_path: Path) -> Jobs:
    return Jobs(loop, tmp_path)


def unexpected(error: BadInput) -> None:
    raise AssertionError(str(error))


def test_a_second_start_of_the_same_is_refused_while_the_first_goes_on(jobs: Jobs, loop: Loop) -> None:
    told: list[str] = []
    first = Gate("one")
    assert jobs.do("start", first, told.append, unexpected)
    assert not any(jobs.do("start", Gate("more"), told.append, unexpected) for _ in range(15))
    assert jobs.do("stop", lambda: "another thing", told.append, unexpected)
    first.let()
    loop.until(lambda: not jobs.goes_on("start") and not jobs.goes_on("stop"))
    assert sorted(told) == ["another thing", "one"]
    assert jobs.do("start", lambda: "two", told.append, unexpected)
    loop.until(lambda: not jobs.goes_on("start"))
    assert told[-1] == "two"


def test_the_newest_question_is_answered_next_and_those_between_never(jobs: Jobs, loop: Loop) -> None:
    told: list[str] = []
    first, second = Gate("first"), Gate("second")
    jobs.ask("plan", first, told.append, unexpected)
    jobs.ask("plan", second, told.append, unexpected)
    jobs.ask("plan", lambda: "third", told.append, unexpected)
    first.let()
    loop.until(lambda: not jobs.goes_on("plan"))
    assert told == ["third"] and not second.begun.is_set()


def test_a_stale_answer_and_a_stale_refusal_are_dropped(jobs: Jobs, loop: Loop) -> None:
    def fail() -> str:
        raise BadInput("no such file")

    wanted = [True]
    for work in (lambda: "answer", fail):
        wanted[0] = True
        jobs.ask("plan", work, unexpected, unexpected, still=lambda: wanted[0])
        wanted[0] = False  # the draft was edited before the answer came
        loop.until(lambda: not jobs.goes_on("plan"))


def test_of_many_answers_the_newest_counts(jobs: Jobs, loop: Loop) -> None:
    told: list[int] = []

    def count(tell: Tell[int]) -> None:
        for number in range(100):
            tell(number)
        ended.set()

    ended = threading.Event()
    jobs.follow("run", count, told.append, unexpected)
    assert ended.wait(PATIENCE)
    loop.until(lambda: not jobs.goes_on("run"))
    assert told == [99]


def test_what_is_followed_next_takes_the_place_of_the_first(jobs: Jobs, loop: Loop) -> None:
    told: list[str] = []
    over = threading.Event()

    def first(tell: Tell[str]) -> None:
        tell("of the first")
        assert tell.over.wait(PATIENCE)
        tell("too late")
        over.set()

    jobs.follow("run", first, told.append, unexpected)
    loop.until(lambda: bool(told))
    jobs.follow("run", lambda tell: tell("of the second"), told.append, unexpected)
    assert over.wait(PATIENCE)
    loop.until(lambda: not jobs.goes_on("run"))
    assert told == ["of the first", "of the second"]


@pytest.mark.parametrize("closed", [True, False], ids=["screen", "app"])
def test_nobody_tells_a_screen_or_an_app_that_is_gone(
    jobs: Jobs, loop: Loop, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    over = threading.Event()

    def gone(callback: Callable[[], None]) -> bool:
        raise RuntimeError("Event loop is closed")

    def work(tell: Tell[str]) -> None:
        loop.closed = closed
        if not closed:
            monkeypatch.setattr(loop, "call_later", gone)
        tell("to nobody")
        assert tell.over.is_set()
        over.set()

    jobs.follow("run", work, unexpected, unexpected)
    assert over.wait(PATIENCE)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "MemoryError: no more is known; app.log has the details"),
        (BlockingIOError(11, "Resource temporarily unavailable"), "BlockingIOError: Resource temporarily unavailable"),
        (KeyError("view-3"), "KeyError: 'view-3'; app.log has the details"),
    ],
)
def test_whatever_is_raised_is_said_and_written_down(
    jobs: Jobs, loop: Loop, tmp_path: Path, error: Exception, said: str
) -> None:
    def fail() -> None:
        raise error

    refused: list[BadInput] = []
    jobs.do("start", fail, unexpected, refused.append)
    loop.until(lambda: not jobs.goes_on("start"))
    assert said in str(refused[0])
    assert "in fail" in (tmp_path / LOG).read_text() and (tmp_path / LOG).stat().st_mode & 0o777 == 0o600


def test_bad_input_is_told_as_it_is(jobs: Jobs, loop: Loop, tmp_path: Path) -> None:
    def fail() -> None:
        raise fault

    fault = BadInput("must be a number > 0", path="optimization.learning_rate")
    refused: list[BadInput] = []
    jobs.do("start", fail, unexpected, refused.append)
    loop.until(lambda: not jobs.goes_on("start"))
    assert refused == [fault] and not (tmp_path / LOG).exists()


def test_an_answer_that_cannot_be_shown_ends_its_job_alone(jobs: Jobs, loop: Loop, tmp_path: Path) -> None:
    def show(answer: str) -> None:
        raise ValueError("zip()")

    refused: list[BadInput] = []
    jobs.follow("run", lambda tell: tell("a log that lies"), show, refused.append)
    loop.until(lambda: not jobs.goes_on("run"))
    assert "ValueError: zip()" in str(refused[0]) and "in show" in (tmp_path / LOG).read_text()


def test_a_refusal_that_nobody_can_show_harms_nothing(jobs: Jobs, loop: Loop) -> None:
    def fail() -> None:
        raise BadInput("there is one already")

    jobs.do("save", fail, unexpected, unexpected)  # its dialog has gone, and raises
    loop.until(lambda: not jobs.goes_on("save"))
    jobs.do("save", fail, unexpected, unexpected, still=lambda: False)
    loop.until(lambda: not jobs.goes_on("save"))


def test_a_system_without_room_for_a_thread_is_told(
    jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    refused: list[BadInput] = []
    jobs.do("start", lambda: None, unexpected, refused.append)
    assert "can't start new thread" in str(refused[0]) and not jobs.goes_on("start")


def test_the_log_does_not_grow_for_ever(jobs: Jobs, loop: Loop, tmp_path: Path) -> None:
    def fail() -> None:
        raise ValueError("x" * 300_000)

    for _ in range(12):
        jobs.do("start", fail, unexpected, lambda error: None)
        loop.until(lambda: not jobs.goes_on("start"))
    assert (tmp_path / LOG).stat().st_size < 2_000_000


def test_long_work_is_done_one_at_a_time_and_not_at_all_for_a_room_that_was_closed(loop: Loop, tmp_path: Path) -> None:
    gate, told = Gate("first"), list[str]()
    rooms = [Jobs(loop, tmp_path) for _ in range(3)]

    def work(answer: Callable[[], str]) -> Callable[[Tell[str]], None]:
        return alone(lambda tell: tell(answer()))

    rooms[0].follow("long", work(gate), told.append, unexpected)
    assert gate.begun.wait(PATIENCE)
    never = Gate("second")
    rooms[1].follow("long", work(never), told.append, unexpected)
    rooms[1].end()
    rooms[2].follow("long", work(lambda: "third"), told.append, unexpected)
    gate.let()
    loop.until(lambda: told == ["first", "third"])
    assert not never.begun.is_set()


def test_long_work_is_told_and_may_be_left(loop: Loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuilab.ui.work.jobs.WAIT", 0.0)
    monkeypatch.setattr("tuilab.ui.work.jobs.NEXT", 0.0)
    told, refused, gates = list[Stage | None](), list[str](), [Gate(), Gate(), Gate()]
    jobs = Jobs(loop, tmp_path, lambda: told.append(jobs.stage))

    def work(first: Gate) -> str:
        stages.at("reading", 0.5)
        first()
        stages.at("reading", 0.6)
        return "read"

    jobs.ask("plan", partial(work, gates[0]), unexpected, lambda error: refused.append(str(error)))
    jobs.do("start", gates[1], told.append, unexpected)  # it says nothing, and is not left
    loop.until(lambda: bool(told))
    assert told == [Stage("reading", 0.5)] and jobs.leave()
    gates[0].let()
    loop.until(lambda: bool(refused))
    assert refused == [ENDED] and jobs.stage is None and told[-1] is None and not jobs.leave()
    gates[1].let()
    loop.until(lambda: not jobs.goes_on("start"))


def test_what_is_stale_is_read_to_its_end_and_what_nobody_sees_any_more_is_not(jobs: Jobs, loop: Loop) -> None:
    read, told = list[str](), list[str]()

    def work(name: str, gate: Gate) -> str:
        gate()
        stages.check()
        read.append(name)
        return name

    gates = {name: Gate() for name in ("old", "new", "start")}
    jobs.ask("plan", partial(work, "old", gates["old"]), told.append, unexpected)
    jobs.ask("plan", partial(work, "new", gates["new"]), told.append, unexpected)
    gates["old"].let()
    loop.until(gates["new"].begun.is_set)
    jobs.do("start", partial(work, "start", gates["start"]), told.append, unexpected)
    assert gates["start"].begun.wait(PATIENCE)
    threads = [one for one in threading.enumerate() if one.name in ("plan", "start")]
    jobs.end()
    for gate in gates.values():
        gate.let()
    for one in threads:
        one.join(PATIENCE)
    assert read == ["old", "start"] and not told
