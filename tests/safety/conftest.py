from pathlib import Path

import pytest

from chaostrading.core.clock import ManualClock


@pytest.fixture(autouse=True)
def chaos_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A chaos home of its own for each test."""
    home = tmp_path / "chaos-home"
    monkeypatch.setenv("CHAOS_HOME", str(home))
    return home


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at 2025-06-15T15:06:40Z, a Sunday."""
    return ManualClock()
