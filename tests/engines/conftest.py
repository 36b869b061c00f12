"""Which engines are under test here; the one that is PyTorch has its own folder, which asks for an installation."""

import shutil

import pytest

from tuilab.engines import ENGINES, EngineType, why_missing

THERE = ["fused"] if not why_missing() or shutil.which("cc") else []


@pytest.fixture(params=["numpy", *THERE])
def name(request: pytest.FixtureRequest) -> str:
    """Each engine that keeps the contract."""
    return str(request.param)


@pytest.fixture(params=THERE)
def kind(request: pytest.FixtureRequest) -> EngineType:
    """Each engine that must agree with NumPy's."""
    return ENGINES[request.param]
