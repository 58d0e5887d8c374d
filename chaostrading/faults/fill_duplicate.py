"""Executions that are told more than once."""

import re
from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.executions import came_back, note_private, what
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register

__all__ = ["FillDuplicate"]

_REMEMBERED = 100


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class FillDuplicate(Fault):
    """Tells executions again, or gives different ones the same trade id.

    A repeated event has the same bytes, and the first one passes untouched. REST tells the same
    fills anyway, so a client that adds up both has a duplicate without this fault."""

    name = "fill_duplicate"
    catalogue = "F49"
    category = "data"
    kinds = frozenset({"message", "tick"})
    state_per = "lease"

    form: str = "twice"
    """`twice`: the second one at once (within 50 ms); `later`: after `later_s`; `same_trade_id`:
    every execution carries the trade id of the first one since arming; `none`: only
    `again_on_reconnect`."""
    later_s: float = 10.0
    """With `later`: seconds, 0.1..3600."""
    again_on_reconnect: bool = True
    """Tell the executions since arming (the last 100) again on each private WebSocket that is
    opened after them."""

    def __post_init__(self) -> None:
        one_of(self.name, "form", self.form, ("twice", "later", "same_trade_id", "none"))
        within(self.name, "later_s", self.later_s, 0.1, 3_600)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        later: list[tuple[float, int, bytes]] = state.memory.setdefault("later", [])
        past: list[tuple[float, bytes]] = state.memory.setdefault("past", [])
        if frame.kind == "tick":
            again = self.again_on_reconnect and came_back(frame, state)
            told = [payload for at_s, payload in past if again and at_s < frame.connected_s]
            due = [row for row in later if row[0] <= frame.now_s and row[1] == frame.connection]
            for row in due:
                later.remove(row)
            told += [payload for _, _, payload in due]
            return Replace(payloads=tuple(told), opcode=1) if told else PASS
        if what(frame) != "TRADE":
            return PASS
        note_private(frame, state)
        past.append((frame.now_s, frame.payload))
        del past[:-_REMEMBERED]
        if self.form == "later":
            later.append((frame.now_s + self.later_s, frame.connection, frame.payload))
        elif self.form == "twice":
            return Replace(payloads=(frame.payload, frame.payload))
        elif self.form == "same_trade_id":
            return self._same_trade_id(frame, state)
        return PASS

    @staticmethod
    def _same_trade_id(frame: Frame, state: State) -> Fate:
        first: str = state.memory.setdefault("trade_id", frame.meaning.trade_id)
        own = re.escape(frame.meaning.trade_id.encode())
        member = rb'("(?:t|tradeId|trade_id|execId|exec_id)"\s*:\s*"?)' + own + rb'(?=["\s,}])'
        payload = re.sub(member, lambda found: found[1] + first.encode(), frame.payload)
        return Replace(payloads=(payload,)) if payload != frame.payload else PASS
