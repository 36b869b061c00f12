"""A table of any length: what it makes, draws and answers."""

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.ui.conftest import Messages, until
from tuilab.ui.panels.long_table import LongTable, TitledColumn

COLUMNS = (TitledColumn("number", 6, right=True), TitledColumn("word", 8), TitledColumn("", 30))
HEIGHT = 20


class Shown(App[None]):
    """A table of `count` rows, and the numbers of those that were asked for."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.asked: list[int] = []

    def compose(self) -> ComposeResult:
        yield LongTable()

    def on_mount(self) -> None:
        self.query_one(LongTable).focus()
        self.show("row")

    def show(self, word: str, changed: frozenset[int] = frozenset()) -> None:
        def row(number: int) -> tuple[str, ...]:
            self.asked.append(number)
            return (str(number), "changed" if number in changed else word, "数据" * 20)

        table = self.query_one(LongTable)
        table.show(COLUMNS, self.count, row, table.cursor)


def table_of(pilot: Pilot[None]) -> LongTable:
    return pilot.app.query_one(LongTable)


def seen(pilot: Pilot[None]) -> list[str]:
    table = table_of(pilot)
    return [table.render_line(y).text for y in range(table.size.height)]


async def test_only_the_rows_that_are_seen_are_made() -> None:
    app = Shown(1_000_000)
    async with app.run_test(size=(60, HEIGHT)) as pilot:
        await pilot.pause()
        assert set(app.asked) == set(range(HEIGHT - 1))
        app.asked.clear()
        await pilot.press("end")
        await pilot.pause()
        assert max(app.asked) == 999_999 and min(app.asked) >= 999_999 - HEIGHT
        assert " 999999  row" in seen(pilot)[-1]
        app.asked.clear()
        app.show("other")
        await pilot.pause()
        assert len(set(app.asked)) == HEIGHT - 1


async def test_every_line_has_the_width_of_the_screen_whatever_the_letters() -> None:
    async with Shown(5).run_test(size=(40, HEIGHT)) as pilot:
        table = table_of(pilot)
        for _ in range(2):
            assert {table.render_line(y).cell_length for y in range(table.size.height)} == {table.size.width}
            await pilot.press("right", "right", "right")


async def test_the_cursor_goes_by_row_by_page_and_to_either_end(messages: Messages) -> None:
    async with Shown(100).run_test(size=(60, HEIGHT), message_hook=messages.append) as pilot:
        table, page = table_of(pilot), table_of(pilot).size.height - 1
        places = []
        for key in ("up", "down", "pagedown", "pagedown", "up", "pageup", "end", "down", "home"):
            await pilot.press(key)
            places.append(table.cursor)
            assert f"{table.cursor:>6}" in "".join(seen(pilot)[1:])
        assert places == [0, 1, 1 + page, 1 + 2 * page, 2 * page, page, 99, 99, 0]
        assert len(messages.of(LongTable.Highlighted)) == 7
        await pilot.press("enter")
        assert len(messages.of(LongTable.Selected)) == 1


async def test_a_click_chooses_the_row_under_it_and_no_other(messages: Messages) -> None:
    async with Shown(30).run_test(size=(60, HEIGHT), message_hook=messages.append) as pilot:
        await pilot.press("end")
        top = table_of(pilot).scroll_offset.y
        await pilot.click(LongTable, offset=(3, 0))
        assert not messages.of(LongTable.Selected)
        await pilot.click(LongTable, offset=(3, 4))
        assert table_of(pilot).cursor == top + 3
        await until(pilot, lambda: len(messages.of(LongTable.Selected)) == 1)


async def test_an_empty_table_has_no_row_to_choose(messages: Messages) -> None:
    async with Shown(0).run_test(size=(60, HEIGHT), message_hook=messages.append) as pilot:
        await pilot.press("down", "end", "pageup", "enter")
        assert table_of(pilot).cursor == 0 and not messages.of(LongTable.Selected)
        assert [line.strip() for line in seen(pilot)[1:]] == [""] * (table_of(pilot).size.height - 1)


async def test_only_lines_that_changed_are_drawn_again() -> None:
    app = Shown(50)
    async with app.run_test(size=(60, HEIGHT)) as pilot:
        await pilot.pause()
        drawn: list[int] = []
        table, refresh = table_of(pilot), table_of(pilot).refresh
        table.refresh = lambda *regions, **more: (drawn.extend(one.y for one in regions), refresh(*regions, **more))[1]
        app.show("row", changed=frozenset({3, 40}))
        await pilot.pause()
        assert drawn == [4]
