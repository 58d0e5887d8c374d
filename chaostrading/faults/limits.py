"""Checks of fault parameters, so that all faults refuse bad values in the same words."""

from collections.abc import Collection

from chaostrading.core.errors import InvalidInput

__all__ = ["one_of", "within"]


def within(fault: str, name: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside `low`..`high`, both included, and NaN."""
    if not low <= value <= high:
        raise InvalidInput(f"{fault}: {name} must be within {low:g}..{high:g}, was {value!r}")


def one_of(fault: str, name: str, value: object, allowed: Collection[object]) -> None:
    """Refuse a value that is not among `allowed`; the message lists them."""
    if value not in allowed:
        listed = ", ".join(str(item) if item != "" else '""' for item in allowed)
        raise InvalidInput(f"{fault}: {name} must be one of {listed}, was {value!r}")
