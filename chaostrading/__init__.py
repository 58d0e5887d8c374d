"""Chaos Toolkit extension pack for trading systems.

Start with `README.md` for what it does, `docs/architecture.md` for how the rooms of this package
stand to each other. This module holds the version and the discovery hook of Chaos Toolkit only, so
that importing it costs nothing.
"""

import typing

__all__ = ["__version__", "discover"]
__version__ = "0.1.0"


def discover(discover_system: bool = True) -> typing.Any:
    """Describe every action, probe and control of the pack to `chaos discover`."""
    from chaostrading.discovery import discover_activities

    return discover_activities(discover_system)
