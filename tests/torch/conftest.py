"""The engine that is PyTorch, on CPU tensors: `make test-engines` installs it, `make test` does not look in here."""

import pytest

from tuilab.engines import ENGINES, EngineType


@pytest.fixture
def name() -> str:
    """The engine that keeps the contract here."""
    return "torch"


@pytest.fixture(scope="session")
def engine() -> str:
    """The engine that is held to the independent reference here."""
    return "torch"


@pytest.fixture
def kind() -> EngineType:
    """The engine that must agree with NumPy's here."""
    return ENGINES["torch"]
