"""In the end everything that changed is on the screen: after an update that waited for a slow line, after a move."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.drivers import linux_driver
from textual.screen import Screen
from textual.widgets import Static

from tests.ui.conftest import paint
from tuilab.ui.tty import terminal


class Pair(App[None]):
    """Two words."""

    def compose(self) -> ComposeResult:
        yield Static("first", id="first")
        yield Static("second", id="second")


async def test_what_becomes_dirty_while_an_update_waits_is_written_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Screen, "_compositor_refresh", paint)
    monkeypatch.setattr(linux_driver, "WriterThread", linux_driver.WriterThread)  # put back at the end
    terminal._wait_for_a_slow_line()
    app, waiting, written = Pair(), list[Callable[[], None]](), list[Any]()
    async with app.run_test(size=(20, 2)) as pilot:
        await pilot.pause()
        writer = terminal._Writer(io.StringIO())
        writer._asked = 1
        monkeypatch.setattr(app._driver, "_writer_thread", writer, raising=False)
        monkeypatch.setattr(app.screen, "set_timer", lambda delay, callback: waiting.append(callback))
        monkeypatch.setattr(app, "_display", lambda screen, update: written.append(update))
        first, second = app.query_one("#first", Static), app.query_one("#second", Static)
        first.update("FIRST", layout=False)
        await pilot.pause()
        assert len(waiting) == 1 and not written
        second.update("SECOND", layout=False)
        app.screen._dirty_widgets.add(second)  # its message has come, the next update has not
        writer._done = 1
        waiting[0]()
        sent = "".join(update.render_segments(app.console) for update in written)
        assert "FIRST" in sent and "SECOND" in sent


class Line(App[None]):
    """A text that grows, and one below."""

    CSS = "Static { height: auto; }"

    def compose(self) -> ComposeResult:
        yield Static("", id="line")
        yield Static("below", id="below")


async def test_what_has_moved_is_written_though_somebody_asked_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Compositor, "reflow", Compositor.reflow)  # put back at the end
    terminal._notice_what_moved()
    app, written = Line(), list[Any]()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        monkeypatch.setattr(app, "_display", lambda screen, update: written.append(update))
        compositor = app.screen._compositor
        app.query_one("#line", Static).update("a line\nand another")
        app.screen._arrangement_cache.clear()
        compositor._full_map_invalidated = True  # as by an update of a widget that is not visible
        assert app.query_one("#below").region.y == 2
        await pilot.pause()
        sent = "".join(update.render_segments(app.console) for update in written if update is not None)
        assert "another" in sent and "below" in sent
