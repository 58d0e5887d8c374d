"""Finds every action and probe of the pack by walking the packages: no list by hand."""

import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

from chaoslib.discovery.discover import (
    discover_actions,
    discover_probes,
    initialize_discovery_result,
)

import chaostrading.actions
import chaostrading.probes
from chaostrading import __version__

__all__ = ["discover_activities"]

DISTRIBUTION = "chaostoolkit-trading"


def discover_activities(discover_system: bool = True) -> Any:
    """Describe the pack in Chaos Toolkit's discovery format.

    Nothing outside this machine is asked, so `discover_system` changes nothing.
    """
    result = initialize_discovery_result(DISTRIBUTION, __version__, "trading")
    result["activities"].extend(_walk(chaostrading.actions, discover_actions))
    result["activities"].extend(_walk(chaostrading.probes, discover_probes))
    return result


def _walk(package: ModuleType, read: Callable[[str], list[Any]]) -> list[Any]:
    found: list[Any] = []
    for module in pkgutil.iter_modules(package.__path__, prefix=f"{package.__name__}."):
        found.extend(read(module.name))
    return found
