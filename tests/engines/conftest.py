"""Which engines are under test here; the one that is PyTorch has its own folder, which asks for an installation."""

import shutil

import pytest

from tuilab.engines import ENGINES, EngineType, fused_engine, why_missing

THERE = ["fused"] if not why_missing() or shutil.which("cc") else []


@pytest.fixture(params=["numpy", *THERE])
def name(request: pytest.FixtureRequest) -> str:
    """Each engine that keeps the contract."""
    return str(request.param)


@pytest.fixture(params=[*THERE, *(f"{name}, wide" for name in THERE)])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> EngineType:
    """Each engine that must agree with NumPy's; the fused one also as it trains wide layers."""
    name, _, wide = request.param.partition(", ")
    if wide:
        monkeypatch.setattr(fused_engine, "NARROW", 0)
    return ENGINES[name]
