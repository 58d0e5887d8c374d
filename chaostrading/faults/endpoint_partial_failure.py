"""F25: one endpoint fails, the others work."""

import fnmatch
import math
from dataclasses import dataclass, fields
from typing import Any

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, State
from chaostrading.faults.calls import EXECUTED, call_key, is_call, is_reply
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import make, register, registered

__all__ = ["EndpointPartialFailure"]

_ERRORS = (
    "http_429", "http_418_ban", "waf_403_html", "error_in_200_body", "http_5xx_status_unknown",
    "edge_html_5xx", "overload_shed", "request_lost", "response_lost", "late_response",
)  # fmt: skip


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointPartialFailure(Fault):
    """Let a part of the calls to one endpoint fail while all others work.

    On the wire: calls that match `roles`, `method`, `path` and `symbol` meet another fault of the
    catalogue, `error`, as often as `pattern` and `failing_share` say. By default every second
    cancel (Binance: DELETE /api/v3/order) is answered 503, half of them after execution."""

    name = "endpoint_partial_failure"
    catalogue = "F25"
    category = "exchange"
    kinds = frozenset({"request", "answer", "message"})
    state_per = "lease"

    roles: tuple[str, ...] = ("cancel",)
    """Roles of the calls that fail: order, cancel, replace, query, account, rules, market, time,
    session. Empty for all."""
    method: str = ""
    """HTTP method, empty for all."""
    path: str = ""
    """Shell pattern of the path; for a WebSocket API call of its method (`order.*`)."""
    symbol: str = ""
    """Symbol in the venue's spelling, empty for all."""
    failing_share: float = 0.5
    """Part of the matching calls that fails, 0..1. The pattern `burst` ignores it."""
    pattern: str = "alternate"
    """alternate: evenly spread, the first fails; random: seeded dice; burst: `burst` calls fail,
    the next `burst` do not."""
    burst: int = 3
    """Length of a burst in calls, 1..1000."""
    error: str = "http_5xx_status_unknown"
    """Name of the fault that failing calls meet: one of the catalogue's F15 to F24."""
    status: int = 0
    """HTTP status for errors that have a choice, 0 for their own."""
    code: str = ""
    """Error code in the venue's spelling for errors that have a choice, empty for their own."""
    executed: str = "random"
    """For errors of unknown status: no, yes or random."""

    def __post_init__(self) -> None:
        within(self.name, "failing_share", self.failing_share, 0, 1)
        within(self.name, "burst", self.burst, 1, 1_000)
        one_of(self.name, "pattern", self.pattern, ("alternate", "random", "burst"))
        one_of(self.name, "error", self.error, _ERRORS)
        one_of(self.name, "executed", self.executed, EXECUTED)
        self._error()

    def _error(self) -> Fault:
        wished: dict[str, Any] = {
            "trigger": "always",
            "shed_share": 1.0,
            "executed": self.executed,
            **({"status": self.status} if self.status else {}),
            **({"code": self.code} if self.code else {}),
        }
        known = {item.name for item in fields(registered()[self.error])}  # type: ignore[arg-type]
        return make(self.error, {key: value for key, value in wished.items() if key in known})

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        memory, key = state.memory, call_key(frame)
        failing: dict[str, bool] = memory.setdefault("failing", {})
        if is_call(frame):
            failing.pop(key, None)
            if not self._matches(frame):
                return PASS
            failing[key] = self._fails(memory, dice)
        elif not is_reply(frame):
            return PASS
        if not failing.get(key, False):
            return PASS
        if is_reply(frame):
            del failing[key]
        error = memory.setdefault("error", self._error())
        if frame.kind not in error.kinds:
            return PASS
        inner = State(armed_s=state.armed_s, hits=state.hits, memory=memory.setdefault("inner", {}))
        fate: Fate = error.decide(frame, dice, inner)
        return fate

    def _matches(self, frame: Frame) -> bool:
        meaning = frame.meaning
        path = meaning.endpoint if frame.kind == "message" else frame.path
        return (
            (not self.roles or meaning.role in self.roles)
            and (not self.method or frame.method == self.method)
            and (not self.path or fnmatch.fnmatchcase(path, self.path))
            and (not self.symbol or meaning.symbol == self.symbol)
        )

    def _fails(self, memory: dict[str, Any], dice: Dice) -> bool:
        number: int = memory.get("calls", 0) + 1
        memory["calls"] = number
        if self.pattern == "random":
            return dice.chance(self.failing_share)
        if self.pattern == "burst":
            return (number - 1) // self.burst % 2 == 0
        # Failures so far are the share of the calls so far, rounded up: the first call fails.
        return math.ceil(number * self.failing_share) > math.ceil((number - 1) * self.failing_share)
