"""The errors of this package.

    ChaosTradingError
    ├── InvalidInput        what the user wrote cannot be right (parameter, file, setting)
    ├── Refused             a guard said no; nothing was touched
    ├── NotArmed            an action was called outside a guarded run
    ├── Unreachable         the proxy, the exchange or the target did not answer
    └── HealNotConfirmed    a fault could not be proven gone

A message names the thing, the rule and the value: `latency: jitter_ms must be within 0..delay_ms,
was 20`. Each is one line, fit to be shown to a user as it is.
"""

import difflib
from collections.abc import Iterable

__all__ = [
    "ChaosTradingError",
    "HealNotConfirmed",
    "InvalidInput",
    "NotArmed",
    "Refused",
    "Unreachable",
    "unknown_name",
]


class ChaosTradingError(Exception):
    """Base of every error that this package raises on purpose."""


class InvalidInput(ChaosTradingError, ValueError):
    """What the user wrote cannot be right."""


class Refused(ChaosTradingError):
    """A guard said no; nothing was touched."""


class NotArmed(ChaosTradingError):
    """An action was called outside a guarded run."""


class Unreachable(ChaosTradingError):
    """The proxy, the exchange or the target did not answer."""


class HealNotConfirmed(ChaosTradingError):
    """A fault could not be proven gone."""


def unknown_name(thing: str, name: object, known: Iterable[str]) -> InvalidInput:
    """Say that a name is unknown, the nearest known one, and the whole list."""
    names = sorted(known)
    near = difflib.get_close_matches(str(name), names, n=1)
    hint = f", did you mean {near[0]}?" if near else ""
    return InvalidInput(f"unknown {thing} {name!r}{hint} (known: {', '.join(names)})")
