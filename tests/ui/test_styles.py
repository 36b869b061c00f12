"""The style sheet speaks of what there is."""

from textual.css.model import SelectorType
from textual.dom import DOMNode

from tuilab.ui.app import LabApp


def kinds(kind: type[DOMNode]) -> set[str]:
    """The names of a class of nodes and of all below it."""
    return {kind.__name__}.union(*map(kinds, kind.__subclasses__()))


async def test_every_type_that_is_styled_exists(app: LabApp) -> None:
    async with app.run_test():
        ours = [rule for rule in app.stylesheet.rules if not rule.is_default_rules]
        selectors = [one for rule in ours for group in rule.selector_set for one in group.selectors]
        styled = {one.name for one in selectors if one.type == SelectorType.TYPE}
        assert styled and styled <= kinds(DOMNode)
