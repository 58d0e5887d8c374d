"""A chaos home and a clock for the tests of reports."""

import pytest

from chaostrading.core.clock import ManualClock


@pytest.fixture
def chaos_home(tmp_path, monkeypatch):
    """A chaos home that exists for this test only."""
    home = tmp_path / "chaos-home"
    monkeypatch.setenv("CHAOS_HOME", str(home))
    for name in ("CHAOS_CONTACTS", "CHAOS_ALERTS", "CHAOS_REGULATION", "CHAOS_ALERT_WEBHOOK"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def clock():
    """A clock that stands at 2025-06-15T15:06:40Z, a Sunday."""
    return ManualClock()
