"""Hours in which nothing may be injected, e.g. around an exchange's opening auction."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from chaostrading.core.errors import InvalidInput

__all__ = ["Blackout", "parse_blackouts", "zone"]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(
    r"(?P<days>\S+)\s+(?P<from>\d\d:\d\d)-(?P<to>\d\d:\d\d)(?:\s+(?P<zone>\S+))?", re.IGNORECASE
)
_RULE = "must be windows like `mon-fri 14:25-14:35 Europe/Berlin`, separated by `;`"


@dataclass(frozen=True, kw_only=True, slots=True)
class Blackout:
    """One window of local time on some days of the week. Its end is not part of it.

    A window whose end is not after its begin runs over midnight and belongs to the day it begins
    on: `fri 23:50-00:10` ends on Saturday.
    """

    days: frozenset[int]
    """0 is Monday."""
    begin_minute: int
    """Minutes since local midnight."""
    end_minute: int
    zone: str = "UTC"
    text: str = ""
    """As the user wrote it."""

    def covers(self, wall_s: float) -> bool:
        """Whether the moment lies in the window. Read off the local clock, summer time included."""
        local = datetime.fromtimestamp(wall_s, tz=zone(self.zone))
        minute = local.hour * 60 + local.minute
        today = local.weekday()
        if self.begin_minute < self.end_minute:
            return today in self.days and self.begin_minute <= minute < self.end_minute
        yesterday = (local.date() - timedelta(days=1)).weekday()
        return (today in self.days and minute >= self.begin_minute) or (
            yesterday in self.days and minute < self.end_minute
        )


def parse_blackouts(text: str, variable: str = "CHAOS_BLACKOUT") -> tuple[Blackout, ...]:
    """Read windows separated by `;`: days, from-to, time zone (UTC when left out).

    Days are `daily`, a range `mon-fri`, or a list `sat,sun`. Raises InvalidInput naming `variable`.
    """
    parts = [part.strip() for part in text.split(";")]
    return tuple(_parse(part, variable) for part in parts if part)


def zone(name: str) -> tzinfo:
    """The time zone of that name, e.g. `Europe/Berlin`. Raises InvalidInput when it is unknown."""
    if name.upper() in ("UTC", "Z"):
        return UTC
    from zoneinfo import ZoneInfo  # loads the system's paths, for the few who name a zone

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput(
            f"time zone must be a name like UTC or Europe/Berlin, was {name!r}"
        ) from error


def _parse(part: str, variable: str) -> Blackout:
    match = _WINDOW.fullmatch(part)
    if match is None:
        raise InvalidInput(f"{variable} {_RULE}, was {part!r}")
    begin, end = (_minute(match[side], part, variable) for side in ("from", "to"))
    if begin == end:
        raise InvalidInput(f"{variable} windows must not be empty, was {part!r}")
    name = match["zone"] or "UTC"
    try:
        zone(name)
    except InvalidInput as error:
        raise InvalidInput(f"{variable}: {error}") from error
    days = _days(match["days"].lower(), part, variable)
    return Blackout(days=days, begin_minute=begin, end_minute=end, zone=name, text=part)


def _minute(text: str, part: str, variable: str) -> int:
    hour, minute = (int(piece) for piece in text.split(":"))
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise InvalidInput(f"{variable} times must be within 00:00..24:00, was {part!r}")
    return hour * 60 + minute


def _days(text: str, part: str, variable: str) -> frozenset[int]:
    if text == "daily":
        return frozenset(range(7))
    days: set[int] = set()
    for piece in text.split(","):
        first, _, last = piece.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise InvalidInput(
                f"{variable} days must be `daily` or of {', '.join(_DAYS)}, was {part!r}"
            )
        start, stop = _DAYS.index(first), _DAYS.index(last or first)
        days.update((start + step) % 7 for step in range((stop - start) % 7 + 1))
    return frozenset(days)
