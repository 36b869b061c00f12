"""A list that is shown anew."""

import pytest
from textual.app import App
from textual.content import Content

from tuilab.ui.panels.named_list import NamedList


def lines(names: str) -> dict[str, Content]:
    return {name: Content(name.upper()) for name in names}


@pytest.mark.parametrize(
    ("on", "then", "to", "here"),
    [
        ("b", "xabc", "", "b"),
        ("b", "cb", "", "b"),
        ("b", "xyz", "", "y"),
        ("c", "xy", "", "y"),
        ("b", "abc", "c", "c"),
        ("b", "", "", ""),
    ],
)
async def test_the_cursor_stays_on_the_thing_it_was_on_or_else_where_that_was(
    on: str, then: str, to: str, here: str
) -> None:
    async with App[None]().run_test() as pilot:
        shown = NamedList(lines("abc"))
        await pilot.app.mount(shown)
        shown.highlighted = "abc".index(on)
        shown.show(lines(then), to)
        assert shown.here == here
        if here:
            shown.write(here, Content("new"))
            assert str(shown.get_option_at_index(then.index(here)).prompt) == "new"
