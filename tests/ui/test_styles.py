"""The style sheet speaks of what there is."""

import sys
from importlib import import_module
from pkgutil import iter_modules

from textual.css.model import RuleSet, SelectorType
from textual.dom import DOMNode

from tuilab.ui import screens
from tuilab.ui.app import LabApp
from tuilab.ui.tty.terminal import tell_rules_apart
from tuilab.ui.views import VIEWS


def kinds(kind: type[DOMNode]) -> set[str]:
    """The names of a class of nodes and of all below it."""
    return {kind.__name__}.union(*map(kinds, kind.__subclasses__()))


async def test_every_type_that_is_styled_exists(app: LabApp) -> None:
    for module in iter_modules(screens.__path__):  # rooms are loaded by whoever opens them
        import_module(f"{screens.__name__}.{module.name}")
    async with app.run_test():
        ours = [rule for rule in app.stylesheet.rules if not rule.is_default_rules]
        selectors = [one for rule in ours for group in rule.selector_set for one in group.selectors]
        styled = {one.name for one in selectors if one.type == SelectorType.TYPE}
        assert styled and styled <= kinds(DOMNode)


def test_to_tell_rules_apart_takes_no_call() -> None:
    tell_rules_apart()
    calls, rules = set[str](), [RuleSet(), RuleSet()]
    sys.setprofile(lambda frame, *_: calls.add(frame.f_code.co_name))
    apart = {*rules}
    sys.setprofile(None)
    assert len(apart) == 2 and "__hash__" not in calls


async def test_no_rule_costs_every_widget_and_none_hangs_on_the_focus_of_a_view(app: LabApp) -> None:
    async with app.run_test():
        views = set[str]().union(*(view._css_type_names for view in VIEWS))
        for rule in app.stylesheet.rules:
            for group in rule.selector_set:
                assert rule.is_default_rules or group.selectors[-1].type != SelectorType.UNIVERSAL, rule.selectors
                for one in group.selectors:
                    assert one.name not in views or "focus" not in one.pseudo_classes, rule.selectors
