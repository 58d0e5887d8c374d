"""Makes what a journal says safe to work with: of the right type, finite, printable, not endless.

A journal may come from anywhere and may be broken. Nothing here raises for what a journal holds.
"""

import math
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

__all__ = ["clean", "items", "mapping", "moment_s", "number", "text", "whole"]

TEXT_MAX = 2_000
ITEMS_MAX = 1_000
DEPTH_MAX = 8
_KEPT = "\n\t"


def text(value: Any, limit: int = TEXT_MAX) -> str:
    """The value as printable text: no control or direction characters, no half code points."""
    if value is None:
        return ""
    said = value if isinstance(value, str) else str(value)
    said = said[: limit + 1]
    if not said.isprintable():
        said = "".join(
            one if one in _KEPT or _shows(one) else "\N{REPLACEMENT CHARACTER}" for one in said
        )
    return said if len(said) <= limit else said[:limit] + "…"


def _shows(one: str) -> bool:
    return unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def number(value: Any) -> float | None:
    """The value when it is a finite number, else None. Booleans are no numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def whole(value: Any) -> int | None:
    """The value when it is a whole number that fits in 64 bits, else None."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -(2**63) <= value < 2**63 else None


def mapping(value: Any) -> Mapping[str, Any]:
    """The value when it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any, limit: int = ITEMS_MAX) -> list[Any]:
    """The value when it is a list, cut to `limit`; one object counts as a list of it."""
    if isinstance(value, Mapping):
        return [value]
    return list(value[:limit]) if isinstance(value, list | tuple) else []


def moment_s(value: Any) -> float | None:
    """Read an ISO 8601 time as seconds since 1970; without a zone it is taken as UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def clean(value: Any, depth: int = DEPTH_MAX) -> Any:
    """A copy that is JSON and fit to be shown: texts printable, numbers finite, depth bounded."""
    if isinstance(value, Mapping):
        if not depth:
            return "{…}"
        pairs = list(value.items())[:ITEMS_MAX]
        return {text(key, 200): clean(item, depth - 1) for key, item in pairs}
    if isinstance(value, list | tuple):
        return [clean(item, depth - 1) for item in value[:ITEMS_MAX]] if depth else "[…]"
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if isinstance(value, int) and abs(value) < 2**63 else number(value)
    return text(value)
