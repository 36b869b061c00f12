"""One name, one thing: no two types of tuilab are called the same."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import tuilab

ROOT = Path(tuilab.__file__).parent


def types(tree: ast.Module) -> Iterator[str]:
    """The classes of a module, nested ones too, and its aliases of types, which are written like classes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and node in tree.body:
            yield from (
                target.id for target in node.targets if isinstance(target, ast.Name) and not target.id.isupper()
            )


def test_no_two_types_share_a_name() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        for name in types(ast.parse(path.read_text(encoding="utf-8"))):
            if name.lstrip("_")[:1].isupper() and len(name) > 1:  # a single letter is a type variable
                found[name].append(path.relative_to(ROOT).as_posix())
    assert len(found) > 100
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}
