"""Balances and positions that are not the account's."""

import re
from dataclasses import dataclass
from decimal import Decimal

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.executions import is_order_event, is_private
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.market import like, source
from chaostrading.faults.raw_json import value_span, with_value
from chaostrading.faults.registry import register

__all__ = ["AccountDataWrong"]

_LISTS = ("balances", "positions", "assets", "coin", "accounts", "list", "B", "P", "result", "data")
_OWNER = re.compile(rb'("(?:uid|accountId|account_id)"\s*:\s*"?)(\d+)')
_FACTORS = {"zero": Decimal(0), "x10": Decimal(10), "sign": Decimal(-1)}
_OTHER_ACCOUNT = Decimal("0.137")


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class AccountDataWrong(Fault):
    """Falsifies answers about balances and positions, with status 200, and events about them.

    Books stay right, only what the client is told is wrong: `empty` lists nothing, which is not the
    same as being flat. Falsify the source that the client uses."""

    name = "account_data_wrong"
    catalogue = "F48"
    category = "data"
    kinds = frozenset({"message", "answer"})
    state_per = "lease"

    form: str = "empty"
    """`empty`: an empty list; `absent`: `{}`; `zero`; `nan`; `x10`; `sign`; `contracts`: quantities
    times `multiplier`; `base`: divided by it; `stale`: as they were `stale_s` ago; `other_account`:
    another owner's."""
    for_s: float = 30.0
    """Seconds from arming, 0.001..86400."""
    multiplier: float = 1_000.0
    """With `contracts` and `base`: size of a contract, 0.000001..1000000000."""
    stale_s: float = 30.0
    """With `stale`: age in seconds, 0.001..86400; nothing is older than the arming."""
    events: bool = True
    """Falsify account events as well as answers (`stale` never does)."""

    def __post_init__(self) -> None:
        forms = ("empty", "absent", *_FACTORS, "nan", "contracts", "base", "stale", "other_account")
        one_of(self.name, "form", self.form, forms)
        within(self.name, "for_s", self.for_s, 0.001, 86_400)
        within(self.name, "multiplier", self.multiplier, 0.000001, 10**9)
        within(self.name, "stale_s", self.stale_s, 0.001, 86_400)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        asked = self._answers_account(frame, state)
        event = is_private(frame) and not is_order_event(frame)
        if not asked and not (event and self.events and self.form != "stale"):
            return PASS
        if frame.now_s - state.armed_s >= self.for_s:
            return PASS
        payload = self._falsified(frame, state)
        return Replace(payloads=(payload,)) if payload != frame.payload else PASS

    def _answers_account(self, frame: Frame, state: State) -> bool:
        """A good answer about the account, over REST or over the WebSocket API."""
        if frame.kind == "answer":
            return frame.meaning.role == "account" and 200 <= frame.status < 300
        asked: set[tuple[int, str]] = state.memory.setdefault("asked", set())
        request = (frame.connection, frame.meaning.request_id)
        if frame.direction == "up":
            if frame.meaning.role == "account" and frame.meaning.request_id:
                asked.add(request)
            return False
        if request not in asked:
            return False
        asked.discard(request)
        return frame.meaning.status < 300

    def _falsified(self, frame: Frame, state: State) -> bytes:
        payload = frame.payload
        if self.form == "absent":
            result = value_span(payload, ("result",), b"{") if frame.kind == "message" else None
            return with_value(payload, result, b"{}") if result else b"{}"
        if self.form == "empty":
            if payload.lstrip().startswith(b"["):
                return b"[]"
            span = value_span(payload, _LISTS, b"[")
            return with_value(payload, span, b"[]") if span else payload
        if self.form == "stale":
            return self._stale(frame, state)
        if self.form == "nan":
            return frame.venue.edit_quantity(payload, lambda _: "NaN")
        factor = _FACTORS.get(self.form, _OTHER_ACCOUNT)
        if self.form in ("contracts", "base"):
            size = Decimal(repr(self.multiplier))
            factor = size if self.form == "contracts" else 1 / size
        edited = frame.venue.edit_quantity(payload, lambda text: like(text, Decimal(text) * factor))
        if self.form == "other_account":
            edited = _OWNER.sub(lambda found: found[1] + b"%d" % (int(found[2]) + 1), edited)
        return edited

    def _stale(self, frame: Frame, state: State) -> bytes:
        past: list[tuple[float, bytes]] = state.memory.setdefault(source(frame), [])
        past.append((frame.now_s, frame.payload))
        while len(past) > 1 and past[1][0] <= frame.now_s - self.stale_s:
            del past[0]
        return past[0][1]
