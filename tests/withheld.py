"""A library that cannot be had."""

import sys
from types import SimpleNamespace

import pytest


def withhold(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    """From now on `import name` raises `error`, though it was loaded before."""

    def find_spec(wanted: str, *given: object) -> None:
        if wanted == name:
            raise error

    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(sys, "meta_path", [SimpleNamespace(find_spec=find_spec), *sys.meta_path])
