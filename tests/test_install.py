"""`make run` installs all that the lab needs; what more is spoken of can be installed as it is told."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SOURCES = {path: path.read_text() for path in (ROOT / "tuilab").rglob("*.py")}


def imported() -> set[str]:
    """The distributions that any line of tuilab imports from."""
    names = set()
    for text in SOURCES.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add((node.module or "").partition(".")[0])
    found = packages_distributions()
    return {
        found.get(name, [name])[0].lower().replace("_", "-")
        for name in names - sys.stdlib_module_names - {"tuilab", "_typeshed"}
    }


OPTIONAL = {
    "distributed": ("distributed", {"cluster.py"}),
    "matplotlib": ("matplotlib", {"vector.py"}),
    "nvidia-ml-py": ("pynvml", {"cards.py"}),
    "onnx": ("onnx", {"onnx_file.py"}),
    "optuna": ("optuna", {"tpe.py"}),
    "pillow": ("PIL", {"image_folder.py"}),
    "polars": ("polars", {"csv_plain.py", "parquet_child.py"}),
}
"""By what an extra installs: the name that it is imported by, and the files that do so."""


def test_nothing_but_the_extras_asks_for_more_than_the_base() -> None:
    base = {re.split(r"[<>=]", requirement)[0] for requirement in PROJECT["dependencies"]}
    assert imported() - base == {*OPTIONAL, "rich"}, "rich comes with textual"
    for module, only in OPTIONAL.values():
        assert {
            path.name for path, text in SOURCES.items() if f"import {module}" in text or f"from {module}" in text
        } == only


def test_what_is_told_to_be_installed_exists() -> None:
    told = [(ROOT / name).read_text() for name in ("README.md", "CHANGELOG.md", "Makefile")] + list(SOURCES.values())
    extras = {name for text in told for name in re.findall(r"pip install \S*\[(\w+)\]", text)}
    assert {"plots"} <= extras <= PROJECT["optional-dependencies"].keys()
