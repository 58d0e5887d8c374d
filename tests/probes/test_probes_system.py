"""Levels of memory and CPU, and of a pressure."""

from types import SimpleNamespace

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.probes import system


def armed(monkeypatch: pytest.MonkeyPatch, *reports: tuple[str, dict[str, object]]) -> None:
    injections = [SimpleNamespace(fault=fault, report=report) for fault, report in reports]
    monkeypatch.setattr(session, "current", lambda: SimpleNamespace(injections=injections))


def test_the_machine_uses_some_memory_but_not_all():
    """Percent of the limit of this process's own group, or of the machine."""
    assert 0 < system.memory_percent(scope="cgroup") < 100


def test_cpu_is_measured_over_the_seconds_asked_for():
    """A share of the time that passes meanwhile."""
    assert 0 <= system.cpu_percent(scope="cgroup", seconds=0.1) <= 110


def test_an_unknown_scope_is_one_line():
    """With the known ones."""
    with pytest.raises(ActivityFailed, match="cgroup"):
        system.memory_percent(scope="machine")


def test_the_level_of_a_pressure_is_its_median(monkeypatch):
    """The last one begun, or the one that is named."""
    armed(
        monkeypatch,
        ("memory_pressure", {"level": {"median": 85.1}}),
        ("http_429", {"hits": 3}),
        ("cpu_pressure", {"level": {"median": 94.9}}),
    )

    assert system.pressure_level() == 94.9
    assert system.pressure_level(fault="memory_pressure") == 85.1


@pytest.mark.parametrize("reports", [[], [("memory_pressure", {"level": {"median": None}})]])
def test_without_a_level_it_is_zero(monkeypatch, reports):
    """Nothing was begun, or the level was never there."""
    armed(monkeypatch, *reports)

    assert system.pressure_level() == 0.0
