"""When suites fire: rules of the calendar, and pure functions over them.

Local time is meant, summer time included. A time that the clock skips is moved on by what is
skipped (02:30 becomes 03:30); a time that comes twice fires the first time only; no day is lost.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.safety.blackout import zone
from chaostrading.suites.catalogue import SUITES

__all__ = ["DEFAULT_RULES", "WEEKDAYS", "Rule", "due_fires", "next_fire", "next_fires"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SCHEDULED = tuple(name for name in SUITES if name != "all")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Fire a suite at a time of day: every day, on a day of the week, or on a day of the month."""

    suite: str
    at: str
    """Local time of day, `03:17`."""
    weekday: str = ""
    """`mon` to `sun`; `""` for no rule about it."""
    day: str = ""
    """Day of the month, `1` to `28` or `last`, so that every month has it; `""` for no rule."""
    zone: str = "UTC"

    def __post_init__(self) -> None:
        thing = f"schedule {self.suite}"
        if self.suite not in _SCHEDULED:
            raise unknown_name("scheduled suite", self.suite, _SCHEDULED)
        try:
            self.time()
        except ValueError as error:
            raise InvalidInput(f"{thing}: at must be like 03:17, was {self.at!r}") from error
        if self.weekday and self.weekday not in WEEKDAYS:
            raise InvalidInput(
                f"{thing}: weekday must be one of {', '.join(WEEKDAYS)}, was {self.weekday!r}"
            )
        if self.day and self.day not in ("last", *(str(number) for number in range(1, 29))):
            raise InvalidInput(f"{thing}: day must be 1..28 or last, was {self.day!r}")
        if self.weekday and self.day:
            raise InvalidInput(f"{thing}: weekday and day must not both be set")
        zone(self.zone)

    def time(self) -> time:
        return datetime.strptime(self.at, "%H:%M").time()  # noqa: DTZ007 - a time of day only

    def matches(self, day: date) -> bool:
        """Whether the rule fires on that local day."""
        if self.weekday:
            return WEEKDAYS[day.weekday()] == self.weekday
        if self.day == "last":
            return (day + timedelta(days=1)).day == 1
        return not self.day or day.day == int(self.day)

    def text(self) -> str:
        """Say the rule: `weekly at 04:17 UTC on sun`."""
        on = f" on {self.weekday}" if self.weekday else f" on day {self.day}" if self.day else ""
        return f"{self.suite} at {self.at} {self.zone}{on}"


DEFAULT_RULES = (
    Rule(suite="daily", at="03:17"),
    Rule(suite="weekly", at="04:17", weekday="sun"),
    Rule(suite="monthly", at="06:17", day="1"),
)
"""Away from the full hour, when every scheduler of the world is busy, and from each other."""


def next_fire(rule: Rule, after_s: float) -> float:
    """The first firing after that wall time, both in seconds since 1970."""
    where = zone(rule.zone)
    # One day back, since a skipped time may belong to the day before the one the clock shows.
    day = datetime.fromtimestamp(after_s, tz=where).date() - timedelta(days=1)
    while True:
        if rule.matches(day):
            # fold=0 is the first of two equal times, and carries a skipped time past the gap.
            moment = datetime.combine(day, rule.time(), tzinfo=where).astimezone(UTC).timestamp()
            if moment > after_s:
                return moment
        day += timedelta(days=1)


def next_fires(rule: Rule, after_s: float, count: int) -> list[float]:
    """The next so many firings after that wall time."""
    fires: list[float] = []
    while len(fires) < count:
        after_s = next_fire(rule, after_s)
        fires.append(after_s)
    return fires


def due_fires(rule: Rule, after_s: float, until_s: float) -> list[float]:
    """Every firing after `after_s` and not later than `until_s`, oldest first."""
    fires: list[float] = []
    while (after_s := next_fire(rule, after_s)) <= until_s:
        fires.append(after_s)
    return fires
