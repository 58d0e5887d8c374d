"""What a checker is given, and what it answers."""

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.records.types import Record

__all__ = [
    "CHECKERS", "Answer", "Books", "Evidence", "Finding", "checker", "checkers", "once",
    "run_checker",
]  # fmt: skip

Answer = Literal["held", "broken", "unknown"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a checker found. The first words of `observed` say it to a trader."""

    checker: str
    answer: Answer
    expected: str
    observed: str
    evidence: tuple[dict[str, Any], ...] = ()
    """At most ten JSON-able rows that show it; times in them are seconds since the fault began."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Books:
    """The exchange's own books: ground truth, fetched past the proxy. Numbers are text."""

    orders: tuple[dict[str, Any], ...] = ()
    """order_id, client_id, symbol, side, type, price, quantity, executed, status,
    accepted_mono_s."""
    fills: tuple[dict[str, Any], ...] = ()
    """trade_id, order_id, client_id, symbol, side, price, quantity, mono_s."""
    positions: dict[str, str] = field(default_factory=dict)
    """Net base quantity per symbol that the account gained since the exchange started."""
    balances: dict[str, dict[str, str]] = field(default_factory=dict)
    """Per asset: free, locked."""
    mids: tuple[tuple[float, str, str], ...] = ()
    """True mid price over time: (mono_s, symbol, price), about 4 a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """All that a run leaves for its judges. Times are monotonic seconds of one machine."""

    records: tuple[Record, ...]
    """Witness records and samples, ordered by `mono_s`."""
    baseline_s: tuple[float, float]
    """Begin and end of the undisturbed window before the fault."""
    fault_s: tuple[float, float]
    """From arming to the confirmed end of the (last) fault."""
    end_s: float
    """End of observation."""
    leases: tuple[str, ...] = ()
    books: Books | None = None
    target: dict[str, Any] = field(default_factory=dict)
    """What the target says of itself at the end: positions, orders, audit, status. Extra."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """Parameters of the armed fault(s), by fault name."""
    readings: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `once` has read of it already."""


R = TypeVar("R")


def once(read: Callable[[Evidence], R]) -> Callable[[Evidence], R]:
    """Let a reading of the evidence be made once, however many checkers and orders ask for it."""
    name = f"{read.__module__}.{read.__qualname__}"

    @functools.wraps(read)
    def reading(evidence: Evidence) -> R:
        if name not in evidence.readings:
            evidence.readings[name] = read(evidence)
        found: R = evidence.readings[name]
        return found

    return reading


Check = Callable[..., Finding]
CHECKERS: dict[str, Check] = {}


def checker(name: str) -> Callable[[Check], Check]:
    """Register `check(evidence, **limits) -> Finding` under the name that experiments use."""

    def register(check: Check) -> Check:
        CHECKERS[name] = check
        return check

    return register


@functools.cache
def _load() -> None:
    for name in importlib.import_module("chaostrading.checkers").__all__:
        importlib.import_module(f"chaostrading.checkers.{name}")


def checkers() -> dict[str, Check]:
    """All checkers by name. The first call loads them."""
    _load()
    return CHECKERS


def run_checker(name: str, evidence: Evidence, limits: dict[str, Any]) -> Finding:
    """Run one checker. A checker that crashes finds `unknown`, never `held`."""
    known = checkers()
    check = known.get(name)
    if check is None:
        raise unknown_name("checker", name, known)
    try:
        return check(evidence, **limits)
    except TypeError as error:
        if "argument" in str(error):
            raise InvalidInput(f"checker {name}: {error}") from error
        return _crashed(name, error)
    except Exception as error:  # the judge must not take the run down
        return _crashed(name, error)


def _crashed(name: str, error: Exception) -> Finding:
    return Finding(
        checker=name,
        answer="unknown",
        expected="the checker finishes",
        observed=f"the checker itself failed: {type(error).__name__}: {error}",
    )
