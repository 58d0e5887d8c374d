import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.suites.catalogue import NAMES

IMPACTS = {
    "websocket_disconnect": ("low", "network"),
    "network_latency_spike": ("medium", "network"),
    "rate_limit_storm": ("low", "exchange"),
    "exchange_timeout": ("medium", "exchange"),
    "partial_exchange_failure": ("medium", "exchange"),
    "stale_price_data": ("low", "data"),
    "corrupted_market_data": ("low", "data"),
    "memory_pressure": ("high", "system"),
    "cpu_spike": ("high", "system"),
    "trade_storm": ("high", "trading"),
    "position_sizing_failure": ("medium", "trading"),
    "risk_engine_bypass": ("critical", "trading"),
}


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


def block(name: str = "rate_limit_storm", **changes: Any) -> dict[str, Any]:
    """The chaostrading block of an experiment; `changes` go into its test."""
    impact, category = IMPACTS[name]
    return {
        "name": "chaostrading",
        "test": {
            "name": name,
            "enabled": True,
            "probability": 1.0,
            "duration": 20_000,
            "impact": impact,
            "category": category,
            "recovery": 60,
            **changes,
        },
        "purpose": "Test 429 error handling",
        "trigger": "Simulate 429 errors",
        "expected": ["Exponential backoff"],
        "judge": {
            "hits_min": 10,
            "decisions_min": 6,
            "checkers": [{"name": "backoff_grows", "limits": {}}],
            "variants": {"ban": {"checkers": [{"name": "ban_never_reached"}]}},
        },
    }


def write_experiment(folder: Path, name: str, **changes: Any) -> Path:
    """Write an experiment that carries such a block."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    experiment = {
        "title": f"Does the trader survive {name}?",
        "description": "n/a",
        "method": [],
        "extensions": [block(name, **changes)],
    }
    path.write_text(json.dumps(experiment))
    return path


@pytest.fixture
def experiments(tmp_path: Path) -> Path:
    """All twelve experiments."""
    folder = tmp_path / "experiments"
    for name in NAMES:
        write_experiment(folder, name)
    return folder


@pytest.fixture
def make_block() -> Callable[..., dict[str, Any]]:
    return block


@pytest.fixture
def make_experiment(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, **changes: Any) -> Path:
        return write_experiment(tmp_path / "experiments", name, **changes)

    return make
